/** Opens a server's port, and says what to do where that is not possible. */
import type { FastifyInstance } from 'fastify'

export type ListenErrorCode =
  /** Another program listens there. */
  | 'WEIR_PORT_IN_USE'
  /** The operating system does not allow this port or address to this user. */
  | 'WEIR_PORT_DENIED'
  /** The host is not an address of this machine. */
  | 'WEIR_HOST_UNKNOWN'

export class ListenError extends Error {
  override readonly name = 'ListenError'
  readonly code: ListenErrorCode

  constructor(code: ListenErrorCode, message: string, options: { cause: unknown }) {
    super(message, options)
    this.code = code
  }
}

export interface ListenAddress {
  readonly host: string
  /** 0 is any free port. */
  readonly port: number
  /** The settings that choose them begin with this: `INGEST` for INGEST_HOST and INGEST_PORT. */
  readonly settingPrefix: string
}

/** The URL under which the server can be reached from here. Throws `ListenError`. */
export async function listen(app: FastifyInstance, address: ListenAddress): Promise<string> {
  try {
    await app.listen({ host: address.host, port: address.port })
  } catch (error) {
    throw explain(error, address)
  }
  const bound = app.server.address()
  const port = bound === null || typeof bound === 'string' ? address.port : bound.port
  return `http://${reachable(address.host)}:${port}`
}

/** An address that means "all" is not one to connect to; an IPv6 address stands in brackets. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

function explain(error: unknown, { host, port, settingPrefix }: ListenAddress): unknown {
  const options = { cause: error }
  const { code = '' } = error as NodeJS.ErrnoException
  switch (code) {
    case 'EADDRINUSE':
      return new ListenError(
        'WEIR_PORT_IN_USE',
        `port ${port} on ${host} is in use by another program; end it, or choose another port by ${settingPrefix}_PORT`,
        options,
      )
    case 'EACCES':
      return new ListenError(
        'WEIR_PORT_DENIED',
        `this user may not listen on port ${port} of ${host}; choose one above 1023 by ${settingPrefix}_PORT`,
        options,
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new ListenError(
        'WEIR_HOST_UNKNOWN',
        `${host} is not an address of this machine; choose another by ${settingPrefix}_HOST`,
        options,
      )
    default:
      return error
  }
}

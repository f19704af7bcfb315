// Loopback ports: find a free one, or say clearly that the wanted one is taken.

import { createServer } from 'node:net'
import { ServerError } from './server-error.ts'

const host = '127.0.0.1'

/** A port on 127.0.0.1 that was free a moment ago. */
export function freePort(): Promise<number> {
  return listenOnce(0)
}

/** Throws PORT_IN_USE when something listens on the port already. */
export async function assertPortIsFree(port: number, serverName: string): Promise<void> {
  try {
    await listenOnce(port)
  } catch (cause) {
    throw new ServerError(
      'PORT_IN_USE',
      `${serverName} cannot listen on ${host}:${port}: another program does. Stop it, or choose another port.`,
      { cause },
    )
  }
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address()
      if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
      server.close(() => resolve(address.port))
    })
  })
}

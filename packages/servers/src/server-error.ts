// The one error type of this package: the world refused us a server. The code is stable, the message says what to do.

export type ServerErrorCode =
  | 'REDIS_NOT_FOUND'
  | 'POSTGRES_NOT_FOUND'
  | 'POSTGRES_INIT_FAILED'
  | 'OS_USER_MISSING'
  | 'PORT_IN_USE'
  | 'DATA_DIR_IN_USE'
  | 'DATA_DIR_UNUSABLE'
  | 'ORPHAN_NOT_ENDED'
  | 'SERVER_DID_NOT_START'

export class ServerError extends Error {
  override readonly name = 'ServerError'
  readonly code: ServerErrorCode

  constructor(code: ServerErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

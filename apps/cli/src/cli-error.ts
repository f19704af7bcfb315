/** How a command fails for a reason that the user can act on: what happened, to what, and what to do, without a stack. */
export type CliErrorCode =
  /** Options that make no sense together, or a needed one is missing. */
  | 'WEIR_CLI_USAGE'
  /** A file cannot be read or written. */
  | 'WEIR_CLI_FILE'
  /** A file is not what it should be: bad header, cut gzip. */
  | 'WEIR_CLI_FILE_MALFORMED'
  /** The ingest server cannot be reached. */
  | 'WEIR_CLI_UNREACHABLE'
  /** The ingest server refuses the request itself; sending it again would not help. */
  | 'WEIR_CLI_REFUSED'
  /** What was asked for does not exist. */
  | 'WEIR_CLI_NOT_FOUND'
  /** A port that was asked for belongs to another program. */
  | 'WEIR_CLI_PORT_IN_USE'
  | 'WEIR_CLI_INTERRUPTED'

export class CliError extends Error {
  override readonly name = 'CliError'
  readonly code: CliErrorCode

  constructor(code: CliErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}

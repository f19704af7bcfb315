/** A body that cannot be read at all: nothing of it is applied. Ticks that can be read but cannot be right are rejections. */
export type BodyErrorCode =
  /** Not valid JSON, NDJSON, CSV, UTF-8 or gzip. */
  | 'WEIR_BODY_INVALID'
  /** More bytes than `MAX_BODY_BYTES`, before or after gunzip. */
  | 'WEIR_BODY_TOO_LARGE'

export class BodyError extends Error {
  override readonly name = 'BodyError'
  readonly code: BodyErrorCode

  constructor(code: BodyErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}

export function unreadable(message: string, cause?: unknown): BodyError {
  return new BodyError('WEIR_BODY_INVALID', message, cause === undefined ? undefined : { cause })
}

export function tooLarge(bytesMax: number): BodyError {
  return new BodyError(
    'WEIR_BODY_TOO_LARGE',
    `the body has more than ${bytesMax} bytes (MAX_BODY_BYTES); send it in parts`,
  )
}

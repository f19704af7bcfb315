/** What an HTTP caller is told when something is wrong: a status, a stable code, a message; never what happened inside. */
import type { FastifyError } from 'fastify'

export interface HttpErrorOptions {
  /** Further properties of the body's `error`, as the expected number of a 409. */
  readonly details?: Readonly<Record<string, unknown>>
  /** Further headers, as `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/** Thrown by routes: becomes `{ "error": { "code", "message", …details } }` with this status. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly statusCode: number
  readonly code: string
  readonly details: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>

  constructor(statusCode: number, code: string, message: string, options: HttpErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.statusCode = statusCode
    this.code = code
    this.details = options.details ?? {}
    this.headers = options.headers ?? {}
  }
}

export interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string; readonly [detail: string]: unknown }
}

export function errorBody(error: HttpError): ErrorBody {
  return { error: { code: error.code, message: error.message, ...error.details } }
}

/** Fastify's own refusals under our codes. Their messages name neither settings nor what would be accepted. */
const FASTIFY_CODES: Readonly<
  Record<string, { readonly status: number; readonly code: string; readonly message: string }>
> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: 'WEIR_BODY_TOO_LARGE',
    message: 'the body is larger than MAX_BODY_BYTES allows; send smaller requests',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'WEIR_MEDIA_TYPE_UNSUPPORTED',
    message: 'this content-type is not taken here',
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    status: 400,
    code: 'WEIR_BODY_INVALID',
    message: 'the body is empty, but its content-type is JSON',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: { status: 400, code: 'WEIR_BODY_INVALID', message: 'the body is not valid JSON' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: 'WEIR_BODY_INVALID',
    message: 'the body is not as long as content-length says',
  },
  FST_ERR_BAD_URL: { status: 400, code: 'WEIR_URL_INVALID', message: 'the URL is not valid' },
}

/** Anything thrown, as what the caller may know of it. What is neither ours nor the caller's fault is a bare 500. */
export function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error
  const { code = '', statusCode = 500, message } = (error ?? {}) as Partial<FastifyError>
  const known = FASTIFY_CODES[code]
  if (known !== undefined) return new HttpError(known.status, known.code, known.message, { cause: error })
  if (statusCode >= 400 && statusCode < 500) {
    return new HttpError(statusCode, 'WEIR_REQUEST_INVALID', message ?? 'the request is not valid', { cause: error })
  }
  return new HttpError(500, 'WEIR_INTERNAL', 'something went wrong inside; the log has it', { cause: error })
}

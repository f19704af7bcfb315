/** One HTTP request to Weir: an answer, or the reason why there was none. */
import { CliError } from '../cli-error.ts'

/** Longer than the server takes to give a request up. */
const REQUEST_TIMEOUT_MS = 60_000

export interface HttpAnswer {
  readonly kind: 'answered'
  readonly status: number
  /** Parsed JSON; undefined where it was none. */
  readonly body: unknown
  readonly retryAfterMs: number | undefined
}

export type RequestOutcome = HttpAnswer | { readonly kind: 'cut'; readonly reason: string }

export interface RequestTarget {
  readonly url: string
  /** Sent as a bearer token. */
  readonly token: string | undefined
  readonly signal: AbortSignal
}

/** Throws CliError WEIR_CLI_INTERRUPTED when the signal aborts. */
export async function requestOnce(target: RequestTarget, path: string, init: RequestInit): Promise<RequestOutcome> {
  const headers = new Headers(init.headers)
  if (target.token !== undefined) headers.set('authorization', `Bearer ${target.token}`)
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS)
  try {
    const signal = AbortSignal.any([target.signal, timeout])
    const response = await fetch(new URL(path, target.url), { ...init, headers, signal, redirect: 'error' })
    // A connection that is cut within the body throws here: an answer that is not whole is none.
    const text = await response.text()
    const retryAfterMs = Number(response.headers.get('retry-after') ?? Number.NaN) * 1000
    return {
      kind: 'answered',
      status: response.status,
      body: parseJson(text),
      retryAfterMs: Number.isNaN(retryAfterMs) ? undefined : retryAfterMs,
    }
  } catch (error) {
    if (target.signal.aborted) throw new CliError('WEIR_CLI_INTERRUPTED', 'Interrupted.', { cause: error })
    if (timeout.aborted)
      return { kind: 'cut', reason: `${target.url} gave no answer within ${REQUEST_TIMEOUT_MS / 1000} s` }
    return { kind: 'cut', reason: `${target.url} cannot be reached (${causeOf(error)})` }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** fetch says only "fetch failed"; what happened is in the innermost cause. */
function causeOf(error: unknown): string {
  const { cause, code, message } = error as NodeJS.ErrnoException
  if (cause instanceof AggregateError) return causeOf(cause.errors[0])
  return cause === undefined ? (code ?? message) : causeOf(cause)
}

/**
 * Repeats a request while the server is away or busy. Every request of Weir may be repeated: a sequence number makes the
 * second one a duplicate.
 */
import { backoffMs, type Clock, type Random } from '@weir/service'
import { CliError } from '../cli-error.ts'
import { durationText } from '../format/counts.ts'

export type Attempt<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'again'; readonly reason: string; readonly retryAfterMs: number | undefined }

export interface RetryOptions {
  readonly clock: Clock
  readonly random: Random
  readonly signal: AbortSignal
  /** How long one outage may last, asked after each failure. */
  readonly patienceMs: () => number
  /** Told before each wait. */
  readonly onWait: (reason: string, waitMs: number) => void
}

const BACKOFF = { baseMs: 100, maxMs: 5_000 }
/** A server that asks for more is asked again all the same. */
const RETRY_AFTER_MAX_MS = 60_000

/** Throws CliError WEIR_CLI_UNREACHABLE when patience ends, WEIR_CLI_INTERRUPTED when the signal aborts. */
export async function withRetries<Value>(
  attempt: () => Promise<Attempt<Value>>,
  { clock, random, signal, patienceMs, onWait }: RetryOptions,
): Promise<Value> {
  const startedMs = clock.monotonicMs()
  for (let failures = 1; ; failures++) {
    if (signal.aborted) throw new CliError('WEIR_CLI_INTERRUPTED', 'Interrupted.')
    const outcome = await attempt()
    if (outcome.kind === 'done') return outcome.value
    const askedMs = Math.min(outcome.retryAfterMs ?? 0, RETRY_AFTER_MAX_MS)
    const waitMs = Math.max(askedMs, backoffMs(failures, BACKOFF, random))
    const spentMs = clock.monotonicMs() - startedMs
    if (spentMs + waitMs > patienceMs()) {
      const tried = failures === 1 ? '' : ` (tried ${failures} times in ${durationText(spentMs / 1000)})`
      throw new CliError('WEIR_CLI_UNREACHABLE', `${outcome.reason}${tried}.`)
    }
    onWait(outcome.reason, waitMs)
    await clock.sleep(waitMs, signal)
  }
}

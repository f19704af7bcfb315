/** The one line that `weir up` keeps current on a terminal: ticks in, rows that wait, rows written. */
import type { Clock } from '@weir/service'
import { countText } from '../format/counts.ts'
import type { Output } from '../output.ts'
import { requestOnce } from '../replay/request-once.ts'

const INTERVAL_MS = 2000

export interface LiveSummaryOptions {
  readonly ingestUrl: string
  readonly dashboardUrl: string
  readonly readToken: string | undefined
  readonly output: Output
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Until the signal aborts; does nothing where nobody watches. */
export async function showLiveSummary(options: LiveSummaryOptions): Promise<void> {
  const { output, clock, signal, ingestUrl, dashboardUrl } = options
  if (!output.isTerminal || output.json) return
  while (!signal.aborted) {
    await clock.sleep(INTERVAL_MS, signal)
    if (signal.aborted) return
    const [ingest, sync] = await Promise.all([health(options, ingestUrl), health(options, dashboardUrl)])
    output.progress(
      [
        `${numberText(ingest.accepted)} ticks in`,
        `${numberText(sync.dirty_items_count)} rows wait`,
        `${numberText(sync.rows_written)} rows written to PostgreSQL`,
        ...(typeof sync.write_reduction_ratio === 'number' ? [`${sync.write_reduction_ratio} ticks a row`] : []),
      ].join(' · '),
    )
  }
}

/** Empty while a server does not answer. */
async function health({ readToken, signal }: LiveSummaryOptions, url: string): Promise<Record<string, unknown>> {
  const outcome = await requestOnce({ url, token: readToken, signal }, '/health', {}).catch(() => undefined)
  if (outcome?.kind !== 'answered' || typeof outcome.body !== 'object' || outcome.body === null) return {}
  return outcome.body as Record<string, unknown>
}

function numberText(value: unknown): string {
  return typeof value === 'number' ? countText(value) : '?'
}

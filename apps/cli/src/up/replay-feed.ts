/** `weir up --replay FILE`: sends files over HTTP, one after the other, as `weir replay` does. */
import type { Clock } from '@weir/service'
import type { Output } from '../output.ts'
import type { IngestClient } from '../replay/ingest-client.ts'
import { replayFile } from '../replay/replay-file.ts'
import { createReplayReporter, summaryText } from '../replay/replay-report.ts'
import type { TickFile } from '../replay/tick-file.ts'

const BATCH_TICKS = 1000

export interface FileFeedOptions {
  readonly client: IngestClient
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly output: Output
}

/** Throws CliError where the server refuses a file. */
export async function feedFiles(
  files: readonly TickFile[],
  { client, clock, signal, output }: FileFeedOptions,
): Promise<void> {
  for (const file of files) {
    const { onProgress, onRejection } = createReplayReporter(output, file, clock)
    const options = { client, clock, signal, batchTicksMax: BATCH_TICKS, speed: undefined, onProgress, onRejection }
    const summary = await replayFile(file, options)
    // A message, since stdout has the one line that says ready.
    output.message(`replayed ${summaryText(file, summary)}`)
  }
}

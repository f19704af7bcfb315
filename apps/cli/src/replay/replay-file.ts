/**
 * Replays a file exactly once: it asks how far this content has come, goes on after that, one request at a time, each
 * numbered by the place of its first tick in the file. So it may be killed, repeated, or run with another batch size.
 */
import type { Clock } from '@weir/service'
import { CliError } from '../cli-error.ts'
import { roundSeconds } from '../format/counts.ts'
import type { IngestClient, Rejection } from './ingest-client.ts'
import { paceLines } from './pace.ts'
import { readTickLines, type TickFile } from './tick-file.ts'

/** Going to the number that the server expects should lead on; a server that keeps moving its mark is broken. */
const JUMPS_MAX = 10

export interface ReplaySummary {
  /** Ticks in the file. */
  readonly ticks: number
  readonly accepted: number
  /** Known before: by an earlier replay of the same content, or by a repeated request. */
  readonly duplicates: number
  readonly rejected: number
  readonly seconds: number
}

export interface ReplayProgress {
  /** The number of the last tick that was answered. */
  readonly position: number
  readonly accepted: number
}

export interface ReplayOptions {
  readonly client: IngestClient
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly batchTicksMax: number
  readonly speed: number | undefined
  readonly onProgress: (progress: ReplayProgress) => void
  /** Told of each rejected tick, by its number in the file, from 1. */
  readonly onRejection: (tick: number, reason: string) => void
}

/** Throws CliError; what was sent until then counts, and another run goes on after it. */
export async function replayFile(file: TickFile, options: ReplayOptions): Promise<ReplaySummary> {
  const { client, clock, signal } = options
  const startedMs = clock.monotonicMs()
  const mark = Math.min(await client.readMark(file.producer), file.ticks)
  const tally = { accepted: 0, duplicates: mark, rejected: 0 }
  let next = mark + 1
  let jumps = 0
  while (next <= file.ticks) {
    const stop = await sendFrom(file, next, options, tally)
    if (stop.kind === 'end') break
    jumps = stop.next === next ? jumps + 1 : 1
    if (jumps > JUMPS_MAX || stop.expected < 1 || stop.expected > file.ticks) {
      throw new CliError(
        'WEIR_CLI_REFUSED',
        `The server expects tick ${stop.expected} of ${file.producer}, which does not go on from ${stop.next}.`,
      )
    }
    next = stop.expected
  }
  if (signal.aborted) throw new CliError('WEIR_CLI_INTERRUPTED', 'Interrupted. Run the same command again to go on.')
  return { ticks: file.ticks, ...tally, seconds: roundSeconds(clock.monotonicMs() - startedMs) }
}

type Stop = { readonly kind: 'end' } | { readonly kind: 'gap'; readonly next: number; readonly expected: number }

async function sendFrom(
  file: TickFile,
  first: number,
  options: ReplayOptions,
  tally: { accepted: number; duplicates: number; rejected: number },
): Promise<Stop> {
  const { client, onProgress, onRejection } = options
  const timeMs = (line: string) => Number(line.split(',')[file.timestampColumn])
  let next = first
  for await (const lines of paceLines(readTickLines(file, first - 1), { ...options, timeMs })) {
    const reply = await client.send({ producer: file.producer, sequence: next, header: file.header, lines })
    if (reply.kind === 'gap') return { kind: 'gap', next, expected: reply.expected }
    tally.accepted += reply.accepted
    tally.duplicates += reply.duplicates
    tally.rejected += reply.rejected
    for (const rejection of reply.rejections) onRejection(tickNumber(next, rejection), rejection.reason)
    next += lines.length
    onProgress({ position: next - 1, accepted: tally.accepted })
  }
  return { kind: 'end' }
}

function tickNumber(first: number, rejection: Rejection): number {
  return first + rejection.index
}

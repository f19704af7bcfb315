/** What a replay says while it runs and when it ends. */
import type { Clock } from '@weir/service'
import { countOf, countText, durationText } from '../format/counts.ts'
import type { Output } from '../output.ts'
import type { ReplayProgress, ReplaySummary } from './replay-file.ts'
import { inspectTickFile, type TickFile } from './tick-file.ts'

const REJECTIONS_SHOWN_MAX = 5

export interface ReplayReporter {
  readonly onProgress: (progress: ReplayProgress) => void
  readonly onRejection: (tick: number, reason: string) => void
  readonly onWait: (reason: string, waitMs: number) => void
  /** Says how far it came, before the error that ended it. */
  readonly explainAndRethrow: (error: unknown) => never
}

export function inspectWithProgress(path: string, output: Output): Promise<TickFile> {
  return inspectTickFile(path, (ticks) => output.progress(`reading ${path}: ${countOf(ticks, 'tick')}`))
}

export function createReplayReporter(output: Output, file: TickFile, clock: Clock): ReplayReporter {
  const startedMs = clock.monotonicMs()
  let position = 0
  let rejections = 0
  let isWaiting = false
  return {
    onProgress: (progress) => {
      if (isWaiting) output.message('the server answers again')
      isWaiting = false
      position = progress.position
      const seconds = Math.max(0.001, (clock.monotonicMs() - startedMs) / 1000)
      const percent = Math.floor((100 * position) / Math.max(1, file.ticks))
      const rate = countText(progress.accepted / seconds)
      output.progress(`${percent} %  ${countText(position)} of ${countOf(file.ticks, 'tick')}, ${rate} a second`)
    },
    onRejection: (tick, reason) => {
      rejections += 1
      if (rejections <= REJECTIONS_SHOWN_MAX) output.message(`rejected: tick ${countText(tick)} ${reason}`)
      if (rejections === REJECTIONS_SHOWN_MAX + 1) output.message('rejected: more, which are only counted')
    },
    onWait: (reason, waitMs) => {
      if (!isWaiting) output.message(`${reason}; trying again`)
      isWaiting = true
      output.progress(`waiting ${durationText(waitMs / 1000)}`)
    },
    explainAndRethrow: (error) => {
      if (position > 0)
        output.message(`${countText(position)} of ${countOf(file.ticks, 'tick')} were answered; run it again to go on`)
      throw error
    },
  }
}

export function summaryText(file: TickFile, summary: ReplaySummary): string {
  const { ticks, accepted, duplicates, rejected, seconds } = summary
  const parts = [`${countText(accepted)} accepted`]
  if (duplicates > 0) parts.push(`${countText(duplicates)} known already`)
  if (rejected > 0) parts.push(`${countText(rejected)} rejected`)
  const rate = accepted > 0 && seconds > 0 ? `, ${countText(accepted / seconds)} a second` : ''
  return `${file.path}: ${countOf(ticks, 'tick')}, ${parts.join(', ')} in ${durationText(seconds)}${rate}`
}

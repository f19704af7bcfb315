/** What `weir compact` prints for people. */
import { bytesText, countOf, countText } from '../format/counts.ts'
import { tableText } from '../format/table.ts'
import type { CompactReport } from './compact-accumulator.ts'

export function compactText(reports: readonly CompactReport[], isDryRun: boolean): string {
  const right = { align: 'right' } as const
  const table = tableText(
    [
      { head: 'accumulator' },
      { head: 'periods', ...right },
      { head: 'parts before', ...right },
      { head: isDryRun ? 'would be' : 'after', ...right },
      { head: 'bytes before', ...right },
      { head: 'after', ...right },
      { head: 'left open', ...right },
    ],
    reports.map((report) => [
      report.accumulator,
      countText(report.periods),
      countText(report.partsBefore),
      countText(report.partsAfter),
      report.bytesBefore === undefined ? '-' : bytesText(report.bytesBefore),
      report.bytesAfter === undefined ? '-' : bytesText(report.bytesAfter),
      countText(report.skippedTotal),
    ]),
  )
  const lines = reports.flatMap(({ accumulator, skipped, skippedTotal }) => {
    const told = skipped.map(({ period, reason }) => `${accumulator} ${period} is left as it is: ${reason}`)
    const more = skippedTotal - skipped.length
    return more === 0 ? told : [...told, `… and ${countOf(more, 'more period')} of ${accumulator}`]
  })
  const notes = isDryRun ? ['Nothing was changed.'] : []
  return [table, ...(lines.length > 0 ? ['', ...lines] : []), ...(notes.length > 0 ? ['', ...notes] : [])].join('\n')
}

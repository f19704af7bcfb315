/** The report of `weir verify` for people: a table of the accumulators, then what is wrong, then what only deserves a word. */
import { countOf, countText } from '../format/counts.ts'
import { tableText } from '../format/table.ts'
import type { Style } from '../output.ts'
import type { AccumulatorReport, Gap, Notice, RowFault, RowGap, VerifyReport } from './report.ts'

const NOTICES_SHOWN_MAX = 20

const FAULTS: Readonly<Record<RowFault, string>> = {
  missing: 'is not in PostgreSQL, although Redis holds it as written',
  behind: 'is older in PostgreSQL, although Redis holds it as written',
  ahead: 'is newer in PostgreSQL than in Redis, whose history is unbroken',
  different: 'differs: one of the two was changed by somebody else',
  unreadable: 'is no row in Redis: somebody overwrote it',
  removed: 'is gone from Redis, which still holds its period: somebody removed it',
}

export function reportText(report: VerifyReport, style: (style: Style, text: string) => string): string {
  const { gaps, gapsTotal, notices, noticesTotal } = report
  const lines = [accumulatorTable(report.accumulators), '']
  lines.push(...gaps.flatMap((gap) => gapLines(gap)))
  if (gapsTotal > gaps.length) lines.push(`… and ${countOf(gapsTotal - gaps.length, 'gap')} more`)
  lines.push(...notices.slice(0, NOTICES_SHOWN_MAX).map(noticeLine))
  if (noticesTotal > NOTICES_SHOWN_MAX)
    lines.push(`… and ${countText(noticesTotal - NOTICES_SHOWN_MAX)} more like these`)
  if (noticesTotal > 0) lines.push('')
  lines.push(gapsTotal === 0 ? style('green', verdictOf(report)) : style('red', `${countOf(gapsTotal, 'gap')} found.`))
  const moving = report.accumulators.reduce((total, accumulator) => total + accumulator.moving, 0)
  if (moving > 0)
    lines.push(
      `${countOf(moving, 'place')} took ticks while they were read; their sums are right to within these ticks.`,
    )
  if (gapsTotal > 0)
    lines.push('`weir sync --all` mends what Redis still holds; a row that somebody changed by hand needs a look.')
  return lines.join('\n')
}

function verdictOf({ accumulators }: VerifyReport): string {
  const pending = accumulators.reduce((total, accumulator) => total + accumulator.pending, 0)
  if (pending === 0) return 'Every accepted tick is in PostgreSQL.'
  const quarantined = accumulators.reduce((total, accumulator) => total + accumulator.quarantined, 0)
  const refused =
    quarantined === 0 ? '' : ` PostgreSQL refuses ${countOf(quarantined, 'row')} of them (weir quarantine list).`
  return `Every accepted tick is accounted for; ${countOf(pending, 'tick')} wait in Redis for the next sync.${refused}`
}

function accumulatorTable(accumulators: readonly AccumulatorReport[]): string {
  const right = { align: 'right' } as const
  return tableText(
    [
      { head: 'accumulator' },
      { head: 'periods', ...right },
      { head: 'accepted', ...right },
      { head: 'in PostgreSQL', ...right },
      { head: 'pending', ...right },
      { head: 'rows compared', ...right },
      { head: 'gaps', ...right },
    ],
    accumulators.map((report) => [
      report.accumulator,
      ...[report.periods, report.accepted, report.written, report.pending, report.rowsCompared, report.gaps].map(
        countText,
      ),
    ]),
  )
}

function gapLines(gap: Gap): string[] {
  const place = `${gap.accumulator} ${gap.periodText}`
  if (gap.kind === 'row') return [`GAP ${place} ${printable(gap.key)} ${FAULTS[gap.fault]}`, ...fieldLines(gap)]
  const missing = gap.accepted - gap.counted
  const what =
    missing > 0
      ? `${countOf(missing, 'accepted tick')} in no row`
      : `${countOf(-missing, 'tick')} in rows, but never accepted`
  return [
    `GAP ${place} shard ${gap.shard}: ${what} (accepted ${countText(gap.accepted)}, in rows ${countText(gap.counted)})`,
  ]
}

function fieldLines({ fields }: RowGap): string[] {
  return fields.map(
    ({ field, redis = '-', postgres = '-' }) => `      ${field}: Redis ${redis}, PostgreSQL ${postgres}`,
  )
}

function noticeLine({ kind, accumulator, periodText, key, shard, ticks }: Notice): string {
  const place = `note: ${accumulator} ${periodText} ${key === undefined ? `shard ${shard}` : printable(key)}`
  return kind === 'row-ahead'
    ? `${place}: PostgreSQL keeps ${countOf(ticks, 'tick')} that an earlier Redis had and this one has not`
    : `${place}: ${countOf(ticks, 'tick')} whose count went with an earlier Redis`
}

/** Keys of several columns have a control character between them. */
function printable(key: string): string {
  return key.replaceAll('\u001f', ' / ')
}

/** What `weir inspect` prints for people. */
import { tableText } from '../format/table.ts'
import type { Style } from '../output.ts'
import type { FieldTexts, InspectedPart, InspectedRow } from './inspect-symbol.ts'

export function inspectText(rows: readonly InspectedRow[], style: (style: Style, text: string) => string): string {
  return rows.map((row) => rowText(row, style)).join('\n\n')
}

function rowText(row: InspectedRow, style: (style: Style, text: string) => string): string {
  const { accumulator, period, symbol, shard, parts, view } = row
  const [newest] = parts
  const lines = [`${style('bold', symbol)}  ${accumulator} ${period}, shard ${shard}: ${stateOf(newest)}`]
  lines.push(fieldTable(['Redis', 'PostgreSQL'], [newest?.redis, newest?.postgres]))
  if (parts.length > 1) {
    lines.push('', `${parts.length} Redis histories have fed this row; the view adds them up:`)
    lines.push(
      fieldTable(
        [...parts.map(({ since }) => `since ${since}`), 'view'],
        [...parts.map(({ postgres }) => postgres), view],
      ),
    )
  }
  const waiting = parts.slice(1).filter(({ dirty }) => dirty).length
  if (waiting > 0)
    lines.push(`${waiting} of the older ones still ${waiting === 1 ? 'waits' : 'wait'} in Redis for the next sync.`)
  return lines.join('\n')
}

function stateOf(part: InspectedPart | undefined): string {
  if (part?.redis === undefined) return 'in PostgreSQL only; Redis has dropped it'
  if (part.quarantined) return 'in quarantine: PostgreSQL refuses it (weir quarantine list)'
  if (part.dirty) return 'dirty: it waits for the next sync'
  return 'clean: PostgreSQL has it'
}

function fieldTable(heads: readonly string[], columns: readonly (FieldTexts | undefined)[]): string {
  const fields = [...new Set(columns.flatMap((column) => Object.keys(column ?? {})))]
  return tableText(
    [{ head: 'field' }, ...heads.map((head) => ({ head, align: 'right' as const }))],
    fields.map((field) => [field, ...columns.map((column) => column?.[field] ?? '-')]),
  )
}

/** A plain table: aligned columns and one rule under the head, so that it reads well and still goes through `awk`. */
import Table from 'cli-table3'

export interface Column {
  readonly head: string
  readonly align?: 'left' | 'right'
}

const NO_LINES = {
  'top-left': '',
  top: '',
  'top-mid': '',
  'top-right': '',
  left: '',
  right: '',
  middle: '  ',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  'right-mid': '',
  'bottom-left': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-right': '',
}

export function tableText(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: columns.map(({ align }) => align ?? 'left'),
  })
  const widths = columns.map(({ head }, index) =>
    rows.reduce((width, row) => Math.max(width, row[index]?.length ?? 0), head.length),
  )
  table.push(columns.map(({ head }) => head))
  table.push(widths.map((width) => '-'.repeat(width)))
  for (const row of rows) table.push([...row])
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

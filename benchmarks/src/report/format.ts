/** Numbers for people. */

/** 684736 as `685,000`, 0.2573 as `0.257`: three digits are all that a measurement on a shared machine can say. */
export function rough(value: number): string {
  if (!Number.isFinite(value)) return 'not known'
  const rounded = Number(value.toPrecision(DIGITS))
  return rounded.toLocaleString('en', { maximumFractionDigits: DIGITS })
}

const DIGITS = 3

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en')
}

export function bytes(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)))
  return `${rough(value / 1000 ** power)} ${units[power]}`
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`
}

export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`
  // All but the first column are numbers, as a rule.
  return line(header) + line(header.map((_, index) => (index === 0 ? '---' : '--:'))) + rows.map(line).join('')
}

/** 95 as `1:35 min`. */
export function minutes(seconds: number): string {
  const all = Math.round(seconds)
  return `${Math.floor(all / 60)}:${String(all % 60).padStart(2, '0')} min`
}

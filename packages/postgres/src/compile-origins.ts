/**
 * The parts of one key, one an origin, to the one row that they are together, as aggregates over a parts table `p`: sums
 * add up; of extremes the largest or smallest; the earliest first and latest last event, at equal times that of the older
 * or newer origin; of what came latest, the newest origin's. Views and seeds share it.
 */
import { type FieldColumns, ORIGIN, quote, UPDATES } from './parts-table.ts'

/** One expression a column of the field. */
export function overOrigins({ field, columns }: FieldColumns): string[] {
  const names = columns.map((column) => `p.${quote(column)}`)
  switch (field.spec.kind) {
    case 'count':
    case 'sum':
    case 'net':
    case 'records':
      return names.map((name) => `sum(${name})`)
    case 'max':
    case 'min':
      return names.map((name) => `${field.spec.kind}(${name})`)
    case 'first':
    case 'last': {
      const [, time = '', arrival = ''] = names
      const direction = field.spec.kind === 'first' ? 'asc' : 'desc'
      const order = [time, `p.${ORIGIN}`, arrival].map((name) => `${name} ${direction}`).join(', ')
      return names.map((name) => foremost(name, order, `${time} is not null`))
    }
    case 'latest':
      return names.map((name) => foremost(name, `p.${ORIGIN} desc`, `${name} is not null`))
  }
}

/** `max` knows no uuid before PostgreSQL 18. */
export const NEWEST_ORIGIN = `(array_agg(p.${ORIGIN} order by p.${ORIGIN} desc))[1]`
export const UPDATES_OF_ORIGINS = `sum(p.${UPDATES})`

function foremost(name: string, order: string, condition: string): string {
  return `(array_agg(${name} order by ${order}) filter (where ${condition}))[1]`
}

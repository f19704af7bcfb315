/** The formulas of the sizing page, worked out for some loads. */
import type { Figures } from '../publication.ts'
import { median } from '../run/median.ts'
import { resultOf } from './figures.ts'
import { bytes, markdownTable, percent, rough, whole } from './format.ts'

const LOADS = [
  { ticksPerSecond: 10_000, symbols: 4000 },
  { ticksPerSecond: 100_000, symbols: 4000 },
  { ticksPerSecond: 100_000, symbols: 100_000 },
  { ticksPerSecond: 500_000, symbols: 10_000 },
] as const
const INTERVAL_SECONDS = 30
const SESSION_SECONDS = 6.5 * 3600
/** Processors that are full half of the time. */
const CALM = 2

export function loadsTable(figures: Figures): string {
  const { micro, drains = [], references = [] } = figures
  const http = resultOf(figures, 'http-csv-1')
  const largest = drains.at(-1)
  const reference = references.at(-1)
  if (micro === undefined || http === undefined || largest === undefined || reference === undefined) return ''
  const podUs = median(http.runs.flatMap(({ cpuUsEach }) => cpuUsEach ?? []))
  const redisUs = median(http.runs.map(({ redisCpuUsEach }) => redisCpuUsEach))
  const rows = LOADS.map(({ ticksPerSecond, symbols }) => {
    const rowsPerSecond = symbols / INTERVAL_SECONDS
    return [
      whole(ticksPerSecond),
      whole(symbols),
      whole(Math.ceil((CALM * ticksPerSecond * podUs) / 1_000_000)),
      percent((ticksPerSecond * redisUs) / 1_000_000),
      bytes(symbols * micro.memory.dirtyBytesEach),
      rough(rowsPerSecond),
      bytes((symbols * largest.postgresBytes) / largest.postgresRows),
      bytes((rowsPerSecond * SESSION_SECONDS * reference.walBytes) / reference.rows),
    ]
  })
  const header = [
    '`R`, ticks/s',
    '`S`, symbols',
    'pods',
    "Redis's thread",
    "Redis's memory",
    'rows/s in PostgreSQL',
    'its disk a session',
    'its WAL a session',
  ]
  const words = `CSV in requests of 10,000 ticks, synced every ${INTERVAL_SECONDS} s, \`D = S\`, a session of 6.5 hours. More than 70 % of Redis's thread is too much for one Redis.`
  return `## Some loads, worked out\n\n${words}\n\n${markdownTable(header, rows)}`
}

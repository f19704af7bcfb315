/** How cost grows with symbols and intervals; sync, acknowledgement and soak. */
import type { Figures } from '../publication.ts'
import { PROBE } from '../scenarios/ingest-probe.ts'
import { chartLine } from './chart-line.ts'
import type { Charts } from './charts.ts'
import { bytes, markdownTable, percent, rough, whole } from './format.ts'
import { latencySection, latencyText } from './latency-section.ts'

export function scenariosSection(figures: Figures, charts: Charts): string {
  return [
    drainsPart(figures, charts),
    reductionPart(figures, charts),
    latencySection(figures, charts),
    soakPart(figures, charts),
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function drainsPart({ drains = [], probedDrain, syncRates = [], bareUpserts = [] }: Figures, charts: Charts): string {
  if (drains.length === 0) return ''
  const rows = drains.map((drain) => [
    whole(drain.symbols),
    `${rough(drain.fillSeconds)} s`,
    bytes(drain.redisBytesDirty),
    bytes(drain.redisBytesClean),
    rough(drain.rowsPerSecond),
    drain.workerCpuUsEach === undefined ? '' : rough(drain.workerCpuUsEach),
    rough(drain.redisCpuUsEach),
    whole(drain.postgresRows),
    bytes(drain.postgresBytes),
    bytes(drain.walBytes),
  ])
  const header = [
    'symbols',
    'into Redis',
    'Redis, dirty',
    'Redis, synced',
    'rows/s of the sync',
    'µs a row of the worker',
    "of Redis's thread",
    'rows in PostgreSQL',
    'its table',
    'its WAL',
  ]
  const list = (rates: readonly number[]) => rates.map(rough).join(', ')
  const bare =
    bareUpserts.length === 0
      ? ''
      : `\nThe largest drain, round after round: ${list(syncRates)} rows/s; in turn with it, the bare upsert of the same rows: ${list(bareUpserts)}.\n`
  const probe =
    probedDrain?.ingest === undefined
      ? ''
      : `\nWhile ${whole(probedDrain.symbols)} rows drained once more, a pod took ${PROBE.requestsPerSecond} requests of ${PROBE.ticks} ticks a second: ${latencyText(probedDrain.ingest.during)}; before, ${latencyText(probedDrain.ingest.before)}.\n`
  const words =
    'Each symbol with one tick, put into Redis by Weir embedded, 10,000 ticks a batch, then drained by a sync worker into an empty table.'
  return `## Stores and sync by symbols\n\n${words}\n\n${chartLine(charts, 'symbols.svg', 'Bytes by symbols')}\n${markdownTable(header, rows)}${bare}${probe}`
}

function reductionPart({ references = [], reductions = [] }: Figures, charts: Charts): string {
  if (references.length === 0 && reductions.length === 0) return ''
  const rows = references.map((load) => [
    `${load.intervalSeconds} s`,
    rough(load.ticksPerSecond),
    rough(load.ticks / load.rows),
    rough(load.ticks / load.statements),
    `1 : ${rough(load.walBytes / load.ticks)}`,
    ...[load.podCores, load.workerCores, load.redisCores].map((cores) => (cores === undefined ? '' : percent(cores))),
    bytes(load.redisBytes),
    whole(load.postgresRows),
    latencyText(load.acknowledge),
  ])
  const header = [
    'synced every',
    'ticks/s',
    'ticks : rows',
    'ticks : statements',
    'ticks : WAL bytes',
    'pod, of a core',
    'worker',
    "Redis's thread",
    "Redis's memory",
    'rows in PostgreSQL',
    'acknowledged, 5,000 ticks a request',
  ]
  const words =
    'A row is written once an interval, however often it moved. Measured through a pod over HTTP with 100,000 ticks/s over 4,000 symbols; the lines of the chart are counted on the market itself.'
  return `## Growth with the sync interval: write reduction\n\n${words}\n\n${chartLine(charts, 'write-reduction.svg', 'Ticks a row by sync interval')}\n${markdownTable(header, rows)}`
}

function soakPart({ soak }: Figures, charts: Charts): string {
  if (soak === undefined) return ''
  const lost = soak.missing === 0 ? 'none was lost' : `**${whole(soak.missing)} were lost**`
  const rates = soak.samples.map(({ ticksPerSecond }) => ticksPerSecond)
  return `## Soak\n\n${whole(soak.seconds)} s at peak over HTTP with a sync worker beside it, ${whole(soak.ticks)} ticks, ${lost}; ${rough(Math.min(...rates))} to ${rough(Math.max(...rates))} ticks/s over 5 s.\n\n${chartLine(charts, 'soak.svg', 'Memory over the soak')}`
}

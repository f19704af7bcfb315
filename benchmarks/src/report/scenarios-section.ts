/** How cost grows with symbols and intervals; sync, acknowledgement and soak. */

import type { Latency } from '../load/latencies.ts'
import type { Publication } from '../publication.ts'
import { chartLine } from './chart-line.ts'
import type { Charts } from './charts.ts'
import { bytes, markdownTable, rough, whole } from './format.ts'
import { machineFacts } from './machine-words.ts'

export function scenariosSection(publication: Publication, charts: Charts): string {
  return [
    drainsPart(publication, charts),
    reductionPart(publication, charts),
    acknowledgePart(publication),
    soakPart(publication, charts),
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function drainsPart({ drains = [] }: Publication, charts: Charts): string {
  if (drains.length === 0) return ''
  const rows = drains.map((drain) => [
    whole(drain.symbols),
    `${rough(drain.fillSeconds)} s`,
    bytes(drain.redisBytesDirty),
    bytes(drain.redisBytesClean),
    rough(drain.rowsPerSecond),
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
    'rows in PostgreSQL',
    'its table',
    'its WAL',
  ]
  const probed = drains.findLast(({ ingest }) => ingest !== undefined)
  const probe =
    probed?.ingest === undefined
      ? ''
      : `\nWhile ${whole(probed.symbols)} rows drained, a pod took 50 requests of 100 ticks a second: ${latencyText(probed.ingest.during)}; before, ${latencyText(probed.ingest.before)}.\n`
  const words =
    'Each symbol with one tick, put into Redis by Weir embedded, 10,000 ticks a batch, then drained by a sync worker into an empty table.'
  return `## Growth with symbols\n\n${words}\n\n${chartLine(charts, 'symbols.svg', 'Bytes by symbols')}\n${markdownTable(header, rows)}${probe}`
}

function reductionPart({ references = [], reductions = [] }: Publication, charts: Charts): string {
  if (references.length === 0 && reductions.length === 0) return ''
  const rows = references.map(
    ({ intervalSeconds, ticksPerSecond, ticks, rows: written, statements, walBytes, acknowledge }) => [
      `${intervalSeconds} s`,
      rough(ticksPerSecond),
      whole(ticks / written),
      whole(ticks / statements),
      rough(walBytes / ticks),
      latencyText(acknowledge),
    ],
  )
  const header = [
    'synced every',
    'ticks/s',
    'ticks a row',
    'ticks a statement',
    'WAL bytes a tick',
    'acknowledged, 5,000 ticks a request',
  ]
  const words =
    'A row is written once an interval, however often it moved. Measured through a pod over HTTP with 100,000 ticks/s over 4,000 symbols; the lines of the chart are counted on the market itself.'
  return `## Write reduction\n\n${words}\n\n${chartLine(charts, 'write-reduction.svg', 'Ticks a row by sync interval')}\n${markdownTable(header, rows)}`
}

function acknowledgePart({ acknowledge }: Publication): string {
  if (acknowledge === undefined) return ''
  const { batchTicks, peakTicksPerSecond, atHalf } = acknowledge
  return `## Acknowledgement\n\nOne pod, CSV, ${whole(batchTicks)} ticks a request: at most ${rough(peakTicksPerSecond)} ticks/s. At half of that, requests at fixed times, each timed from when it was due: ${latencyText(atHalf)}.\n`
}

function soakPart({ soak }: Publication, charts: Charts): string {
  if (soak === undefined) return ''
  const { figures, machine } = soak
  const [commit] = machineFacts(machine)
  const lost = figures.missing === 0 ? 'none was lost' : `**${whole(figures.missing)} were lost**`
  const rates = figures.samples.map(({ ticksPerSecond }) => ticksPerSecond)
  return `## Soak\n\n${commit?.[1]}: ${whole(figures.seconds)} s at peak over HTTP with a sync worker beside it, ${whole(figures.ticks)} ticks, ${lost}; ${rough(Math.min(...rates))} to ${rough(Math.max(...rates))} ticks/s over 5 s.\n\n${chartLine(charts, 'soak.svg', 'Memory over the soak')}`
}

function latencyText({ p50Ms, p99Ms, maxMs }: Latency): string {
  return `median ${rough(p50Ms)} ms, p99 ${rough(p99Ms)} ms, most ${rough(maxMs)} ms`
}

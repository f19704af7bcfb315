/** docs/sizing.md: from one's own load to processes, memory, disk and rows, by the figures of this run. */
import { SESSIONS_ONLY } from '../bench-layout.ts'
import type { Figures } from '../publication.ts'
import { median } from '../run/median.ts'
import type { VariantResult } from '../run/rounds.ts'
import type { Drain } from '../scenarios/drain.ts'
import { chartLine } from './chart-line.ts'
import type { Charts } from './charts.ts'
import { bestEmbedded, resultOf } from './figures.ts'
import { bytes, markdownTable, rough, whole } from './format.ts'
import { loadsTable } from './sizing-loads.ts'

export function sizingPage(figures: Figures, charts: Charts): string {
  const { machine } = figures
  return [
    '# Sizing\n',
    `How much of everything a load needs. The figures are those of [the benchmarks](benchmarks.md) on ${machine.processor}, commit ${machine.commit}; on your machine, \`npm run bench\` writes them anew.\n`,
    quantities(figures),
    podsPart(figures),
    redisPart(figures),
    postgresPart(figures),
    latencyPart(figures),
    loadsTable(figures),
    examplePart(figures),
    chartLine(charts, 'write-reduction.svg', 'Ticks a row by sync interval'),
  ]
    .filter((part) => part !== '')
    .join('\n')
}

/** What the formulas take. */
function quantities(figures: Figures): string {
  const rows = [
    ['`R`', 'ticks a second, at the peak', 'your feed'],
    ['`S`', 'symbols that trade in a session', 'your feed'],
    ['`D`', 'distinct symbols within one sync interval', 'at most `S`; `S` where you do not know'],
    ['`T`', 'seconds between two syncs', '`SESSION_ACCUMULATION_INTERVAL`, 30'],
    ['`B`', 'ticks a request', 'your client'],
  ]
  return `## What you need to know\n\n${leftTable(['', 'meaning', 'from'], rows)}${reductionTable(figures)}`
}

function reductionTable({ reductions = [] }: Figures): string {
  if (reductions.length === 0) return ''
  const intervals = [...new Set(reductions.map(({ intervalSeconds }) => intervalSeconds))]
  const bySymbols = Map.groupBy(reductions, ({ symbols }) => symbols)
  const rows = [...bySymbols].map(([symbols, ofSymbols]) => [
    whole(symbols),
    ...intervals.map((interval) => {
      const found = ofSymbols.find(({ intervalSeconds }) => intervalSeconds === interval)
      return found === undefined ? '' : rough(found.ticksARow)
    }),
  ])
  const header = ['symbols, by Zipf', ...intervals.map((interval) => `T = ${interval} s`)]
  return `\nTicks a row written, \`R·T / D\`, at 100,000 ticks a second:\n\n${markdownTable(header, rows)}`
}

function podsPart(figures: Figures): string {
  const results = [
    ...(['csv', 'ndjson', 'json'] as const).map((format) => resultOf(figures, `http-${format}-1`)),
    bestEmbedded(figures, SESSIONS_ONLY, 'always'),
  ].filter((result) => result !== undefined)
  if (results.length === 0) return ''
  const rows = results.map((result) => {
    const { pod, redis } = microseconds(result)
    return [
      result.variant.title,
      pod === undefined ? '' : rough(pod),
      rough(redis),
      whole(result.variant.settings.batchTicks),
    ]
  })
  return `## Pods

A pod is one process with one busy thread: \`cores = R × µs a tick / 1,000,000\`, and twice that for calm. Pods share nothing but Redis, so they are
added one by one.

${markdownTable(['way in', 'µs a tick in the pod', "µs a tick of Redis's thread", 'ticks a request'], rows)}
The larger the request, the fewer rows a tick, in the pod and in Redis.
`
}

function microseconds({ runs }: VariantResult): { readonly pod: number | undefined; readonly redis: number } {
  const pod = runs.flatMap(({ cpuUsEach }) => cpuUsEach ?? [])
  return {
    pod: pod.length === 0 ? undefined : median(pod),
    redis: median(runs.map(({ redisCpuUsEach }) => redisCpuUsEach)),
  }
}

function redisPart({ micro }: Figures): string {
  if (micro === undefined) return ''
  const apply = micro.results.filter(
    ({ operation, detail }) => operation === 'apply' && detail.startsWith('sessions, '),
  )
  const rows = apply.map(({ detail, redisCpuUsEach = Number.NaN }) => [
    detail.replace('sessions, ', ''),
    rough(redisCpuUsEach),
  ])
  const { cleanBytesEach, dirtyBytesEach } = micro.memory
  return `## Redis

Memory: \`${whole(cleanBytesEach)} bytes × S\` a session, and ${whole(dirtyBytesEach - cleanBytesEach)} more for each row that waits to be synced. With PostgreSQL away for hours it is that: \`${whole(dirtyBytesEach)} bytes × S\`,
however many ticks come. Leave as much again for the rewriting of the append-only file.

Its one thread is what a single Redis is limited by. A request of \`B\` ticks touches at most \`B\` rows; all requests that wait are put into one call a
shard, so under load calls grow:

${markdownTable(['rows of `sessions`', "µs a row of Redis's thread"], rows)}
When \`rows a second × µs a row\` comes near 700,000, one Redis is full, and Weir connects to one. Its keys are made for more masters: those
of a shard have one hash tag (see \`SHARDS\` in [configuration](configuration.md)).
`
}

function postgresPart({ drains = [], references = [] }: Figures): string {
  const largest = drains.at(-1)
  if (largest === undefined) return ''
  const each = (value: (drain: Drain) => number) => value(largest) / largest.postgresRows
  const reference = references.at(-1)
  const wal =
    reference === undefined
      ? ''
      : ` A row that is there already took ${whole(reference.walBytes / reference.rows)} bytes of WAL a sync at the reference load.`
  return `## PostgreSQL

Rows a second: \`D / T\`, in statements of 1,000. One sync worker wrote ${rough(largest.rowsPerSecond)} rows a second on this machine, so \`D\` may be ${rough(largest.rowsPerSecond)} × \`T\` at most; beyond, raise \`T\`.

Disk: ${whole(each(({ postgresBytes }) => postgresBytes))} bytes a row and session, its index included, and ${whole(each(({ walBytes }) => walBytes))} bytes of WAL for a new row.${wal}
`
}

function examplePart({ micro, references = [] }: Figures): string {
  const reference = references.find(({ intervalSeconds }) => intervalSeconds === 30)
  if (micro === undefined || reference === undefined) return ''
  const { ticks, rows, statements, walBytes, symbols } = reference
  const memory = bytes(symbols * micro.memory.dirtyBytesEach)
  return `## An example, measured

100,000 ticks a second over 4,000 symbols, synced every 30 s: ${memory} of Redis, ${rough(rows / (ticks / reference.ticksPerSecond))} rows a second in PostgreSQL, ${whole(ticks / rows)} ticks a row and
${whole(ticks / statements)} a statement, ${rough(walBytes / ticks)} bytes of WAL a tick.
`
}

function latencyPart({ acknowledge }: Figures): string {
  if (acknowledge === undefined) return ''
  const rows = acknowledge.curves.map(({ batchTicks, peakTicksPerSecond, points }) => {
    const half = points.find(({ ticksPerSecond }) => Math.abs(ticksPerSecond / peakTicksPerSecond - 0.5) < 0.01)
    return [
      whole(batchTicks),
      rough(peakTicksPerSecond),
      half === undefined ? '' : rough(half.latency.p50Ms),
      half === undefined ? '' : rough(half.latency.p99Ms),
    ]
  })
  const header = ['`B`, ticks a request', 'peak of a pod, ticks/s', 'median ms at half of it', 'p99 ms at half of it']
  return `## Ticks a request\n\nThe larger \`B\`, the more a pod takes and the longer a request waits. One pod, CSV:\n\n${markdownTable(header, rows)}`
}

function leftTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return markdownTable(header, rows).replaceAll('--:', '---')
}

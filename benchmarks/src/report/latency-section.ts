/** How long a pod takes to acknowledge: by size of request and by load. */
import type { Latency } from '../load/latencies.ts'
import type { Figures } from '../publication.ts'
import { chartLine } from './chart-line.ts'
import type { Charts } from './charts.ts'
import { markdownTable, percent, rough, whole } from './format.ts'
import { lineChart } from './line-chart.ts'
import type { Colour } from './svg.ts'

/** Of fewer, the hundredth part is none. */
const P99_REQUESTS_MIN = 100
const COLOURS: readonly Colour[] = ['second', 'weir', 'third', 'limit', 'other']

export function latencySection({ acknowledge }: Figures, charts: Charts): string {
  if (acknowledge === undefined) return ''
  const { curves } = acknowledge
  const rows = curves.flatMap(({ batchTicks, peakTicksPerSecond, points }) =>
    points.map(({ ticksPerSecond, latency, usualP99Ms, busyCores, logRewrites }) => [
      whole(batchTicks),
      rough(peakTicksPerSecond),
      `${rough(ticksPerSecond)}, ${percent(ticksPerSecond / peakTicksPerSecond)}`,
      whole(latency.requests),
      rough(latency.p50Ms),
      latency.requests < P99_REQUESTS_MIN ? '' : rough(latency.p99Ms),
      rough(latency.maxMs),
      usualP99Ms === undefined ? '' : rough(usualP99Ms),
      rough(busyCores),
      whole(logRewrites),
    ]),
  )
  const header = [
    'ticks a request',
    'peak, ticks/s',
    'asked for',
    'requests',
    'median ms',
    'p99 ms',
    'most ms',
    'p99 of a usual second',
    'cores busy',
    'rewrites',
  ]
  const words = `One pod, CSV, warm: V8 compiles what a pod does for a request only after some 10,000 of them, which takes a core for half a second. The peak of a
size is what it takes with many requests at once. Then requests go out at fixed times, whether or not earlier ones were answered, and each is timed from when
it was due. A request is acknowledged when all of it is on Redis's disk. \`p99 of a usual second\`: the median of the p99 of each second. \`cores busy\`: by pod,
Redis and the sender together; the nearer to all of them, the longer a pause of 10 ms is felt. \`rewrites\`: how often Redis rewrote its append-only
file meanwhile, at 512 MB. The file before is removed then, which takes 0.4 ms a MB where the file system is mounted with \`discard\` as here (0.06 without it); an
fsync waits up to half of that, and after it the requests that came meanwhile are worked off ([decision 17](decisions/0017-heap-of-a-pod.md)).`
  return `## Acknowledgement\n\n${words}\n\n${chartLine(charts, 'latency.svg', 'p99 of acknowledgement by load')}\n${markdownTable(header, rows)}`
}

export function latencyChart({ acknowledge }: Figures): string | undefined {
  const lines = (acknowledge?.curves ?? []).map(({ batchTicks, points }, index) => ({
    label: `${whole(batchTicks)} ticks a request`,
    colour: COLOURS[index % COLOURS.length] ?? 'other',
    points: points.map(({ ticksPerSecond, latency }) => [ticksPerSecond, latency.p99Ms] as const),
  }))
  if (lines.every(({ points }) => points.length < 2)) return undefined
  return lineChart({
    title: 'Acknowledgement, p99',
    xTitle: 'ticks a second',
    yTitle: 'ms',
    xScale: 'log',
    yScale: 'log',
    lines,
  })
}

export function latencyText({ p50Ms, p99Ms, maxMs }: Latency): string {
  return `median ${rough(p50Ms)} ms, p99 ${rough(p99Ms)} ms, most ${rough(maxMs)} ms`
}

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
    points.map(({ ticksPerSecond, latency, logRewrites }) => [
      whole(batchTicks),
      rough(peakTicksPerSecond),
      `${rough(ticksPerSecond)}, ${percent(ticksPerSecond / peakTicksPerSecond)}`,
      whole(latency.requests),
      rough(latency.p50Ms),
      latency.requests < P99_REQUESTS_MIN ? '' : rough(latency.p99Ms),
      rough(latency.maxMs),
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
    'rewrites',
  ]
  const words = `One pod, CSV. The peak of a size is what it takes with many requests at once. Then requests go out at fixed times, whether or not earlier ones
were answered, and each is timed from when it was due. A request is acknowledged when all of it is on Redis's disk. \`rewrites\`: how often Redis rewrote
its append-only file meanwhile, at 512 MB: to remove the old one takes the file system some 200 ms, in which an fsync waits up to 100 and more, and after
that the requests that came meanwhile are worked off.`
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

/** Every chart of the pages: its file name and what it shows. A chart whose figures are missing is left out. */
import { SESSIONS_ONLY } from '../bench-layout.ts'
import type { Figures } from '../publication.ts'
import type { VariantResult } from '../run/rounds.ts'
import { type Bar, barChart } from './bar-chart.ts'
import { bestEmbedded, rateOf, resultOf } from './figures.ts'
import { growthLine, growthPodsChart, growthSymbolsChart } from './growth-charts.ts'
import { latencyChart } from './latency-section.ts'
import { type Line, lineChart } from './line-chart.ts'
import type { Colour } from './svg.ts'

export type Charts = Readonly<Record<string, string>>

const COLOURS: readonly Colour[] = ['weir', 'second', 'third', 'limit', 'other']

export function drawCharts(figures: Figures): Charts {
  const charts: Record<string, string | undefined> = {
    'contenders.svg': contendersChart(figures),
    'batch-size.svg': batchSizeChart(figures),
    'symbols.svg': symbolsChart(figures),
    'growth-symbols.svg': growthSymbolsChart(figures),
    'growth-pods.svg': growthPodsChart(figures),
    'latency.svg': latencyChart(figures),
    'write-reduction.svg': reductionChart(figures),
    'soak.svg': soakChart(figures),
  }
  return Object.fromEntries(Object.entries(charts).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

function contendersChart(figures: Figures): string | undefined {
  const embedded = (['everysec', 'always'] as const).map((disk) => bestEmbedded(figures, SESSIONS_ONLY, disk))
  const ids = [
    'library-sessions',
    'http-csv-1',
    'http-csv-2',
    'http-ndjson-1',
    'http-ndjson-2',
    'http-json-1',
    'http-json-2',
  ]
  const others = ['python', 'postgres-merged', 'hincrby', 'lua-tick', 'bullmq-tick', 'postgres-tick']
  const shown = [...embedded, ...[...ids, ...others, 'redis-limit'].map((id) => resultOf(figures, id))]
  const bars = shown.flatMap((result) => (result === undefined ? [] : [barOf(result)]))
  if (bars.length === 0) return undefined
  const sorted = bars.toSorted((a, b) => b.value - a.value)
  return barChart('Ticks acknowledged a second, 4,000 symbols', 'median, logarithmic', sorted)
}

function barOf(result: VariantResult): Bar {
  const { variant, runs } = result
  const rates = runs.map(({ perSecond }) => perSecond)
  const isWeir = ['embedded', 'library', 'http'].includes(variant.contender)
  const disk = variant.contender === 'embedded' ? ` (${variant.appendfsync})` : ''
  const label = variant.contender === 'embedded' ? `Weir embedded${disk}` : variant.title
  return {
    label,
    value: rateOf(result) ?? 0,
    range: [Math.min(...rates), Math.max(...rates)],
    colour: variant.id === 'redis-limit' ? 'limit' : isWeir ? 'weir' : 'other',
  }
}

function batchSizeChart({ contenders, growth = [] }: Figures): string | undefined {
  const embedded = contenders.filter(
    ({ variant, runs }) =>
      variant.contender === 'embedded' &&
      variant.market.market === 'zipf' &&
      variant.settings.sequenced !== true &&
      runs.length > 0,
  )
  const groups = Map.groupBy(embedded, ({ variant }) => {
    return `${variant.settings.accumulators?.join(', ')}: ${variant.appendfsync}`
  })
  const lines = [...groups].map(([label, results], index): Line => {
    const points = results.map((result) => [result.variant.settings.batchTicks, rateOf(result) ?? 0] as const)
    return { label, colour: COLOURS[index % COLOURS.length] ?? 'other', points }
  })
  const requests = growthLine(growth, 'growth-request-', 'over HTTP, CSV', ({ settings }) => settings.batchTicks)
  if (requests !== undefined) lines.push(requests)
  if (lines.every(({ points }) => points.length < 2)) return undefined
  return lineChart({
    title: 'The larger the batch, the fewer rows a tick',
    xTitle: 'ticks a batch',
    yTitle: 'ticks a second',
    xScale: 'log',
    yScale: 'linear',
    lines,
  })
}

function symbolsChart({ drains = [] }: Figures): string | undefined {
  if (drains.length < 2) return undefined
  const line = (label: string, colour: Colour, value: (drain: (typeof drains)[number]) => number): Line => ({
    label,
    colour,
    points: drains.map((drain) => [drain.symbols, value(drain)] as const),
  })
  return lineChart({
    title: 'Bytes in each store as symbols are added',
    xTitle: 'symbols',
    yTitle: 'bytes',
    xScale: 'log',
    yScale: 'log',
    lines: [
      line('Redis, dirty', 'weir', ({ redisBytesDirty }) => redisBytesDirty),
      line('Redis, synced', 'second', ({ redisBytesClean }) => redisBytesClean),
      line('PostgreSQL, with its index', 'other', ({ postgresBytes }) => postgresBytes),
    ],
  })
}

function reductionChart({ reductions = [], references = [] }: Figures): string | undefined {
  const bySymbols = Map.groupBy(reductions, ({ symbols }) => symbols)
  const counted = [...bySymbols].map(([symbols, ofSymbols], index): Line => {
    const points = ofSymbols.map(({ intervalSeconds, ticksARow }) => [intervalSeconds, ticksARow] as const)
    return { label: `${symbols.toLocaleString('en')} symbols`, colour: COLOURS[index] ?? 'other', points }
  })
  if (counted.every(({ points }) => points.length < 2)) return undefined
  const measured = references.map(({ intervalSeconds, ticks, rows }) => [intervalSeconds, ticks / rows] as const)
  const lines =
    measured.length === 0
      ? counted
      : [...counted, { label: 'measured, 4,000', colour: 'other' as const, points: measured }]
  return lineChart({
    title: 'Ticks a row written, at 100,000 ticks a second',
    xTitle: 'sync interval in seconds',
    yTitle: 'ticks a row',
    xScale: 'log',
    yScale: 'log',
    lines,
  })
}

function soakChart({ soak }: Figures): string | undefined {
  const samples = soak?.samples ?? []
  if (samples.length < 2) return undefined
  const points = (value: (sample: (typeof samples)[number]) => number | undefined) =>
    samples.flatMap((sample) => {
      const y = value(sample)
      return y === undefined ? [] : [[sample.seconds, y] as const]
    })
  return lineChart({
    title: 'Memory over the soak',
    xTitle: 'seconds',
    yTitle: 'MB',
    xScale: 'linear',
    yScale: 'linear',
    lines: [
      { label: 'pod', colour: 'weir' as const, points: points(({ podMemoryMb }) => podMemoryMb) },
      { label: 'sync worker', colour: 'second' as const, points: points(({ workerMemoryMb }) => workerMemoryMb) },
      { label: 'Redis, its data', colour: 'other' as const, points: points(({ redisMemoryMb }) => redisMemoryMb) },
    ].filter((each) => each.points.length > 0),
  })
}

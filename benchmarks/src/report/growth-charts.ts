/** Lines of what the step growth has measured. */
import type { Figures } from '../publication.ts'
import type { VariantResult } from '../run/rounds.ts'
import type { Variant } from '../run/variant.ts'
import { rateOf } from './figures.ts'
import { type Line, lineChart } from './line-chart.ts'
import type { Colour } from './svg.ts'

export function growthSymbolsChart({ growth = [] }: Figures): string | undefined {
  const symbolsOf = ({ market }: Variant) => market.symbols
  const lines = [
    growthLine(growth, 'growth-zipf-', 'by Zipf', symbolsOf, 'weir'),
    growthLine(growth, 'growth-flat-', 'all as frequent', symbolsOf, 'second'),
  ].filter((line) => line !== undefined)
  if (lines.length === 0) return undefined
  return lineChart({
    title: 'Weir embedded, 10,000 ticks a batch, as symbols are added',
    xTitle: 'symbols',
    yTitle: 'ticks a second',
    xScale: 'log',
    yScale: 'linear',
    lines,
  })
}

export function growthPodsChart({ growth = [] }: Figures): string | undefined {
  const line = growthLine(growth, 'growth-pods-', 'CSV', ({ settings }) => settings.pods ?? 1, 'weir')
  if (line === undefined) return undefined
  return lineChart({
    title: 'Pods over HTTP, their clients and Redis on the same cores',
    xTitle: 'pods',
    yTitle: 'ticks a second',
    xScale: 'linear',
    yScale: 'linear',
    lines: [line],
  })
}

/** Undefined where there are no two points. */
export function growthLine(
  growth: readonly VariantResult[],
  prefix: string,
  label: string,
  xOf: (variant: Variant) => number,
  colour: Colour = 'limit',
): Line | undefined {
  const points = growth.flatMap((result) => {
    const rate = rateOf(result)
    return result.variant.id.startsWith(prefix) && rate !== undefined ? [[xOf(result.variant), rate] as const] : []
  })
  return points.length < 2 ? undefined : { label, colour, points }
}

/** The contenders side by side, each against the Python accumulator. */
import type { Figures } from '../publication.ts'
import { median } from '../run/median.ts'
import type { Run, VariantResult } from '../run/rounds.ts'
import { chartLine } from './chart-line.ts'
import type { Charts } from './charts.ts'
import { rateOf, resultOf } from './figures.ts'
import { markdownTable, rough, whole } from './format.ts'

const HEADER = ['', 'Redis on disk', 'a second', 'least … most', '× Python', 'µs each', "Redis's µs each", 'counts']

export function contendersSection(figures: Figures, charts: Charts): string {
  const { contenders } = figures
  if (contenders.length === 0) return ''
  const ofMarket = (market: string) =>
    contenders.filter(({ variant }) => variant.market.market === market && !isLimit(variant.id))
  const limits = contenders.filter(({ variant }) => isLimit(variant.id))
  const python = rate(resultOf(figures, 'python'))
  const flatPython = rate(resultOf(figures, 'flat-python'))
  return [
    '## Contenders\n',
    chartLine(charts, 'contenders.svg', 'Ticks acknowledged a second by each contender'),
    tableOf(ofMarket('zipf'), python),
    section('What the servers take at all', limits, undefined, LIMITS),
    section('A flat million symbols', ofMarket('flat'), flatPython, FLAT),
    chartLine(charts, 'batch-size.svg', 'Weir embedded by batch size'),
  ]
    .filter((part) => part !== '')
    .join('\n')
}

const LIMITS =
  "One HINCRBY counts one number; a row of `sessions` has twelve fields. The bare upsert is Weir's own statement with parameters that lie ready."
const FLAT =
  'Every symbol as often as any other, the worst case of an accumulator: each tick makes or moves a row of its own.'

function isLimit(id: string): boolean {
  return id.endsWith('-limit')
}

function section(title: string, results: readonly VariantResult[], python: number | undefined, words: string): string {
  return results.length === 0 ? '' : `### ${title}\n\n${words}\n\n${tableOf(results, python)}`
}

function tableOf(results: readonly VariantResult[], python: number | undefined): string {
  const sorted = results.toSorted((a, b) => (rate(b) ?? 0) - (rate(a) ?? 0))
  return markdownTable(
    HEADER,
    sorted.map((result) => rowOf(result, python)),
  )
}

function rowOf(result: VariantResult, python: number | undefined): string[] {
  const { variant, runs, failure } = result
  const perSecond = rate(result)
  if (perSecond === undefined) return [variant.title, variant.appendfsync, '', '', '', '', '', failure ?? 'not run']
  const rates = runs.map((run) => run.perSecond)
  const cpu = runs.flatMap(({ cpuUsEach }) => cpuUsEach ?? [])
  const usesRedis = !['python', 'postgres-limit', 'postgres-tick', 'postgres-merged'].includes(variant.contender)
  return [
    variant.title,
    usesRedis ? variant.appendfsync : '',
    `${rough(perSecond)}${variant.unit === 'rows' ? ' rows' : ''}`,
    `${rough(Math.min(...rates))} … ${rough(Math.max(...rates))}`,
    python === undefined || variant.unit === 'rows' ? '' : rough(perSecond / python),
    cpu.length === 0 || variant.contender === 'redis-limit' ? '' : rough(median(cpu)),
    usesRedis ? rough(median(runs.map(({ redisCpuUsEach }) => redisCpuUsEach))) : '',
    failure ?? countsText(runs),
  ]
}

/** `right`, or what is wrong: a contender that loses ticks is not to look fast. */
function countsText(runs: readonly Pick<Run, 'missing' | 'isVolumeRight'>[]): string {
  const missing = runs.reduce((sum, run) => sum + run.missing, 0)
  if (missing > 0) return `**${whole(missing)} lost**`
  if (missing < 0) return `**${whole(-missing)} too many**`
  return runs.every(({ isVolumeRight }) => isVolumeRight) ? 'right' : '**volume wrong**'
}

function rate(result: VariantResult | undefined): number | undefined {
  return result === undefined ? undefined : rateOf(result)
}

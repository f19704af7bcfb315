/** How cost grows: with symbols, with the size of a request, with pods. Each in Redis's memory and in rows, too. */
import type { Figures } from '../publication.ts'
import { median } from '../run/median.ts'
import type { Run, VariantResult } from '../run/rounds.ts'
import { chartLine } from './chart-line.ts'
import type { Charts } from './charts.ts'
import { rateOf } from './figures.ts'
import { bytes, markdownTable, rough, whole } from './format.ts'

const HEADER = ['', 'ticks/s', 'µs a tick', "Redis's µs a tick", "Redis's memory", 'rows', 'bytes a row']

export function growthSection(figures: Figures, charts: Charts): string {
  const { growth = [] } = figures
  if (growth.length === 0) return ''
  const part = (title: string, words: string, prefix: string, chart = '') => {
    const results = growth.filter(({ variant }) => variant.id.startsWith(prefix))
    return results.length === 0 ? '' : [`### ${title}\n`, `${words}\n`, chart, tableOf(results)].join('\n')
  }
  return [
    '## Growth of cost\n',
    WORDS,
    part(
      'Symbols, by Zipf',
      ZIPF,
      'growth-zipf-',
      chartLine(charts, 'growth-symbols.svg', 'Ticks a second by symbols'),
    ),
    part('Symbols, all as frequent', FLAT, 'growth-flat-'),
    part(
      'Ticks a request',
      REQUEST,
      'growth-request-',
      chartLine(charts, 'batch-size.svg', 'Ticks a second by batch size'),
    ),
    part('Pods', PODS, 'growth-pods-', chartLine(charts, 'growth-pods.svg', 'Ticks a second by pods')),
  ]
    .filter((text) => text !== '')
    .join('\n')
}

const WORDS =
  'Rows are those that the run has made in Redis; the sync writes each of them to PostgreSQL once an interval, whatever number of ticks, requests or pods have fed it.\n'
const ZIPF = 'Weir embedded, 10,000 ticks a batch: the usual market.'
const FLAT =
  'The same with a market in which a tick is a row of its own as soon as there are more symbols than ticks a batch.'
const REQUEST = 'One pod over HTTP, CSV. The lines of Weir embedded are those of the contenders, in the table above.'
const PODS = 'CSV, 10,000 ticks a request, four requests at once to each pod; all of them on the cores of one machine.'

function tableOf(results: readonly VariantResult[]): string {
  return markdownTable(HEADER, results.map(rowOf))
}

function rowOf(result: VariantResult): string[] {
  const { variant, runs, failure } = result
  const perSecond = rateOf(result)
  if (perSecond === undefined) return [variant.title, failure ?? 'not run', '', '', '', '', '']
  const of = (value: (run: Run) => number | undefined) => median(runs.flatMap((run) => value(run) ?? []))
  const rows = of((run) => run.rows)
  const redisBytes = of((run) => run.redisBytes)
  return [
    variant.title,
    rough(perSecond),
    rough(of(({ cpuUsEach }) => cpuUsEach)),
    rough(of(({ redisCpuUsEach }) => redisCpuUsEach)),
    bytes(redisBytes),
    whole(rows),
    whole(redisBytes / rows),
  ]
}

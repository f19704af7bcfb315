// Goal: pages and charts of a whole run are whole. Method: figures of every step, made up.
import { describe, expect, it } from 'vitest'
import { benchmarksPage } from './benchmarks-page.ts'
import { drawCharts } from './charts.ts'
import { sizingPage } from './sizing-page.ts'
import { computeTargets } from './targets.ts'
import { figures } from './testing/made-up-figures.ts'

const charts = drawCharts(figures)
const pages = { benchmarks: benchmarksPage(figures, charts), sizing: sizingPage(figures, charts) }

describe('a whole run', () => {
  it('has every chart, well-formed, without a figure that is no number', () => {
    expect(Object.keys(charts).sort()).toEqual([
      'batch-size.svg',
      'contenders.svg',
      'growth-pods.svg',
      'growth-symbols.svg',
      'latency.svg',
      'soak.svg',
      'symbols.svg',
      'write-reduction.svg',
    ])
    for (const svg of Object.values(charts)) {
      expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\n$/)
      expect(svg).not.toMatch(/NaN|undefined|Infinity/)
    }
  })

  it('shows each chart on a page', () => {
    const text = pages.benchmarks + pages.sizing
    for (const name of Object.keys(charts)) expect(text).toContain(`(benchmarks/${name})`)
  })

  it.each(Object.entries(pages))('has a page %s of figures that are numbers', (_, page) => {
    expect(page).not.toMatch(/NaN|undefined|Infinity|not known/)
  })

  it('measures every target whose contenders were run', () => {
    const open = computeTargets(figures).filter(({ verdict }) => verdict === 'not measured')
    expect(
      open.map(({ what }) => what).filter((what) => !/everysec|HINCRBY|BullMQ|upsert a tick|NDJSON/.test(what)),
    ).toEqual([])
  })

  it('holds the drains that no pod disturbed against the bare upsert, by their medians', () => {
    expect(pages.benchmarks).toContain('85 %: 51,000 of 60,000')
  })

  it('tells the needs of a load: pods, memory, rows a second', () => {
    // 100,000 ticks/s at 1 µs are a tenth of a core; 4,000 rows of 330 bytes; 4,000 rows each 30 s.
    expect(pages.sizing).toMatch(/\| 100,000 \| 4,000 \| 1 \| 5.0 % \| 1.32 MB \| 133 \|/)
  })
})

// Goal: the table of targets says what the figures say. Method: figures made up on either side of a target.
import { describe, expect, it } from 'vitest'
import type { Figures } from '../publication.ts'
import type { VariantResult } from '../run/rounds.ts'
import type { Variant } from '../run/variant.ts'
import { benchmarksPage } from './benchmarks-page.ts'
import { drawCharts } from './charts.ts'
import { computeTargets } from './targets.ts'
import { machine } from './testing/made-up-machine.ts'

const market = { market: 'zipf', symbols: 10, ticks: 100 } as const
function result(id: string, perSecond: number, given: Partial<Variant> = {}, missing = 0): VariantResult {
  const settings = { batchTicks: 1000, inFlight: 1, accumulators: ['sessions'] }
  const variant = {
    id,
    contender: 'python',
    title: id,
    market,
    appendfsync: 'always',
    settings,
    unit: 'ticks',
  } as const
  const run = {
    acknowledged: 100,
    seconds: 1,
    perSecond,
    cpuUsEach: 1,
    redisCpuUsEach: 0.5,
    redisBytes: 1000,
    rows: 10,
    missing,
    isVolumeRight: true,
  }
  return { variant: { ...variant, ...given }, runs: [run] }
}

function publicationOf(contenders: readonly VariantResult[]): Figures {
  return { machine, steps: {}, rounds: 1, contenders }
}

const embedded = (id: string, perSecond: number, appendfsync: Variant['appendfsync']) =>
  result(id, perSecond, { contender: 'embedded', appendfsync })

describe('the targets', () => {
  it('are judged by the batch size that wins', () => {
    const contenders = [
      result('python', 100),
      embedded('small', 150, 'everysec'),
      embedded('large', 500, 'everysec'),
      embedded('always', 399, 'always'),
    ]
    const [everysec, always] = computeTargets(publicationOf(contenders))
    expect(everysec).toMatchObject({ figure: '5 ×', verdict: 'met' })
    expect(always).toMatchObject({ figure: '3.99 ×', verdict: 'missed' })
    expect(always?.limit).toContain('1,000,000/s')
  })

  it('of acknowledgement are judged at half of the peak, each size of request for itself', () => {
    const point = (share: number, p99Ms: number) => {
      return {
        share,
        ticksPerSecond: share * 1000,
        latency: { requests: 100, p50Ms: 1, p99Ms, maxMs: 99 },
        usualP99Ms: 7,
        busyCores: 1.5,
        logRewrites: 2,
      }
    }
    const curves = [
      { batchTicks: 100, peakTicksPerSecond: 1000, points: [point(0.25, 12), point(0.5, 9.9)] },
      { batchTicks: 1000, peakTicksPerSecond: 1000, points: [point(0.25, 5), point(0.5, 10), point(0.75, 5)] },
    ]
    const targets = computeTargets({ ...publicationOf([]), acknowledge: { curves } })
    expect(targets.filter(({ what }) => what.startsWith('p99 of acknowledgement'))).toMatchObject([
      { what: expect.stringContaining('of 100 ticks'), figure: '9.9 ms, median 1 ms, at 500 ticks/s', verdict: 'met' },
      {
        what: expect.stringContaining('of 1,000 ticks'),
        verdict: 'missed',
        limit: expect.stringMatching(/usual second it is 7 ms, with 1.5 of the cores busy.*250.*2 times/),
      },
    ])
  })

  it('are not met by what was not run', () => {
    const verdicts = computeTargets(publicationOf([])).map(({ verdict }) => verdict)
    expect(new Set(verdicts)).toEqual(new Set(['not measured']))
  })
})

describe('the page', () => {
  it('names a contender that loses ticks', () => {
    const page = benchmarksPage(publicationOf([result('careless', 1000, {}, 7)]), {})
    expect(page).toContain('**7 lost**')
  })

  it('names a contender that could not be run, and why', () => {
    const failed = { ...result('absent', 0), runs: [], failure: 'there is no python3 on PATH' }
    expect(benchmarksPage(publicationOf([failed]), {})).toContain('there is no python3 on PATH')
  })
})

it('charts are well-formed and have no figure that is no number', () => {
  const charts = drawCharts(publicationOf([result('python', 100), embedded('small & <large>', 150, 'always')]))
  expect(Object.keys(charts)).toEqual(['contenders.svg'])
  for (const svg of Object.values(charts)) {
    expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\n$/)
    expect(svg).not.toMatch(/NaN|undefined|Infinity/)
  }
})

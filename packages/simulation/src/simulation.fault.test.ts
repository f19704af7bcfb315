// Goal: no promise of the table is broken under the faults that it names. Method: seeded runs of the real ingest, sync and
// merge code; `npm run simulate` runs many more.
import { describe, expect, it } from 'vitest'
import { faultClasses } from './fault-classes.ts'
import { simulate } from './simulate.ts'

const SEEDS = Array.from({ length: 360 }, (_, index) => index + 1)

describe.each(faultClasses)('$name: $promised', (faultClass) => {
  it('holds', { timeout: 120_000 }, async () => {
    const violations = []
    for (const seed of SEEDS) {
      const { violation } = await simulate({ seed, faultClass })
      if (violation !== undefined) violations.push({ seed, ...violation })
    }
    expect(violations).toEqual([])
  })

  it('replays a seed step by step', async () => {
    const first = await simulate({ seed: 7, faultClass })
    const again = await simulate({ seed: 7, faultClass })
    const replayed = await simulate({ seed: 7, faultClass, steps: first.steps })
    expect(again).toEqual(first)
    expect(replayed).toEqual(first)
  })
})

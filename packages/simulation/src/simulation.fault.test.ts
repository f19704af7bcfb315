// Goal: no promise of the table is broken under the faults that it names. Method: seeded runs of the real ingest, sync and
// merge code; `npm run simulate` runs many more.
import { beforeAll, describe, expect, it } from 'vitest'
import { faultClasses } from './fault-classes.ts'
import { type Failure, runThreads } from './run-threads.ts'
import { simulate } from './simulate.ts'

/** Of 17 classes: more than 5,000 in all. */
const RUNS_A_CLASS = 300

let failures: readonly Failure[] | undefined

beforeAll(async () => {
  const seeds = Array.from({ length: RUNS_A_CLASS }, (_, index) => index + 1)
  const runs = seeds.flatMap((seed) => faultClasses.map(({ name }) => ({ className: name, seed })))
  failures = await runThreads(runs, { stores: { kind: 'memory' } })
})

describe.each(faultClasses)('$name: $promised', (faultClass) => {
  it('holds', () => {
    expect(failures?.filter(({ className }) => className === faultClass.name)).toEqual([])
  })

  it('replays a seed step by step', async () => {
    const first = await simulate({ seed: 7, faultClass })
    const again = await simulate({ seed: 7, faultClass })
    const replayed = await simulate({ seed: 7, faultClass, steps: first.steps })
    expect(again).toEqual(first)
    expect(replayed).toEqual(first)
  })
})

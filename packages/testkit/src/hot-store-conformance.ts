/**
 * What every hot store must do, told by the memory twin, whose rows are merged by `merge.ts`: random calls go to both,
 * in the same order at the same time, and both must answer the same and hold the same, byte for byte.
 */
import { describe, expect, it } from 'vitest'
import { CONFORMANCE_SHARDS } from './hot-store-conformance-accumulators.ts'
import { emptyCallHistory } from './hot-store-conformance-calls.ts'
import { type Run, randomStep } from './hot-store-conformance-steps.ts'
import { expectConsistent } from './hot-store-invariants.ts'
import type { HotStorePair } from './hot-store-pair.ts'
import { seededRandom } from './seeded-random.ts'

export interface HotStoreSubject {
  readonly name: string
  /** An empty store of `conformanceLayout()`, and its twin; called for every run. */
  readonly open: () => Promise<HotStorePair>
  readonly runs: number
  readonly stepsARun: number
  readonly seed: number
}

const DUMP_EVERY_STEPS = 8

export function describeHotStore({ name, open, runs, stepsARun, seed }: HotStoreSubject): void {
  describe(`${name} as a hot store`, () => {
    it.each(Array.from({ length: runs }, (_, index) => seed + index))(
      'answers and holds the same as its twin in memory, seed %i',
      { timeout: 60_000 },
      async (runSeed) => {
        const random = seededRandom(runSeed)
        const run: Run = { pair: await open(), random, history: emptyCallHistory(), snapshots: [], records: [] }
        for (let step = 1; step <= stepsARun; step++) {
          await randomStep(random)(run, random.integer(0, CONFORMANCE_SHARDS - 1))
          if (step % DUMP_EVERY_STEPS !== 0 && step !== stepsARun) continue
          const { real, twin } = await run.pair.dumps()
          expect(real).toEqual(twin)
          expectConsistent(twin, run.pair.layout)
        }
      },
    )
  })
}

// Goal: the simulation finds what it is there to find. Method: known-wrong variants of the stores, each to be caught.
import { expect, it } from 'vitest'
import { canaries } from './canaries/all-canaries.ts'
import { faultClassNamed } from './fault-classes.ts'
import { simulate } from './simulate.ts'

const RUNS_MAX = 1000

it.each(canaries)('$name is caught', { timeout: 120_000 }, async (canary) => {
  const faultClass = faultClassNamed(canary.faultClass)
  let caughtAt: number | undefined
  for (let seed = 1; seed <= RUNS_MAX && caughtAt === undefined; seed++) {
    const { violation } = await simulate({ seed, faultClass, canary })
    if (violation !== undefined) caughtAt = seed
  }
  expect(caughtAt).toBeDefined()
})

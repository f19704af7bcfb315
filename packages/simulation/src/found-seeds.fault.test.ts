// Goal: what the simulation has found stays mended, and each mend is still what keeps it so. Method: each seed runs twice, as
// the code is, and with the mend undone by a known-wrong variant. A seed names a schedule of one version of the code: where the
// code's order of calls has changed since and the seed shows the fault no more, another was searched that does.
import { describe, expect, it } from 'vitest'
import { appliedInAnyHistory } from './canaries/applied-in-any-history.ts'
import type { Canary } from './canaries/canary.ts'
import { reScoredByAnotherServer } from './canaries/re-scored-by-another-server.ts'
import { pendingCoverage, unprovedCoverage } from './canaries/unproved-coverage.ts'
import { faultClassNamed } from './fault-classes.ts'
import { simulate } from './simulate.ts'

interface Mend {
  readonly what: string
  readonly undone: Canary
  readonly seeds: readonly (readonly [faultClass: string, seed: number])[]
}

const MENDS: readonly Mend[] = [
  {
    // acknowledge.lua: the score moved, and a mark over ticks that only the first master had was taken for covered.
    what: 'a snapshot of one master that is acknowledged to the other says nothing of its rows',
    undone: reScoredByAnotherServer,
    seeds: [['two-masters', 8837]],
  },
  {
    // origins.ts: a wipe or failover between judging a request and applying its parts left one shard's mark ahead of the others'.
    what: 'a request that was begun in one history is not applied in another',
    undone: appliedInAnyHistory,
    seeds: [
      ['backup', 141],
      ['write-through', 73],
      ['redis-everysec', 499],
      ['failover', 608],
      ['everything-everysec', 870],
    ],
  },
  {
    // sync/coverage.ts: a mark without rows waits for no row's barrier, so what it was read from must itself be on the disk.
    what: 'a mark reaches PostgreSQL when the disk of Redis has it, and the same Redis answers still',
    undone: unprovedCoverage,
    seeds: [
      ['redis-everysec', 315],
      ['two-masters', 150],
      ['two-masters', 396],
    ],
  },
  {
    // The same mend without its first half, so that the second cannot stand in for it.
    what: 'a mark waits for the disk of Redis, also where the same Redis answers',
    undone: pendingCoverage,
    seeds: [['everything-everysec', 1944]],
  },
]

describe.each(MENDS)('$what', ({ undone, seeds }) => {
  it.each(seeds)('%s, seed %i, which fails without', async (name, seed) => {
    const run = { seed, faultClass: faultClassNamed(name), ticksOnly: true }
    expect((await simulate(run)).violation).toBeUndefined()
    expect((await simulate({ ...run, canary: undone })).violation).toBeDefined()
  })
})

// Goal: what the simulation has found stays mended. Each seed failed before the mend that its name tells, and fails again
// without it.
import { describe, expect, it } from 'vitest'
import { faultClassNamed } from './fault-classes.ts'
import { simulate } from './simulate.ts'

const FOUND: readonly (readonly [what: string, seeds: readonly (readonly [faultClass: string, seed: number])[]])[] = [
  [
    // acknowledge.lua: the score moved, and a mark over ticks that only the first master had was taken for covered.
    'a snapshot of one master that is acknowledged to the other says nothing of its rows',
    [['two-masters', 2180]],
  ],
  [
    // origins.ts: a wipe or failover between judging a request and applying its parts left one shard's mark ahead of the others'.
    'a request that was begun in one history is not applied in another',
    [
      ['backup', 141],
      ['write-through', 73],
      ['redis-everysec', 499],
      ['failover', 608],
      ['everything-everysec', 870],
    ],
  ],
  [
    // sync/coverage.ts: a mark without rows waits for no row's barrier, so what it was read from must itself be on the disk.
    'a mark reaches PostgreSQL when the disk of Redis has it, and the same Redis answers still',
    [
      ['redis-everysec', 315],
      ['two-masters', 150],
      ['two-masters', 396],
    ],
  ],
]

describe.each(FOUND)('%s', (_what, seeds) => {
  it.each(seeds)('%s, seed %i', async (name, seed) => {
    expect((await simulate({ seed, faultClass: faultClassNamed(name), ticksOnly: true })).violation).toBeUndefined()
  })
})

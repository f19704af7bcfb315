// Goal: no promise of the table is broken on real servers either: the real scripts on a real Redis that is killed, cut back,
// wiped and replaced, and a real PostgreSQL. Method: the scheduler steps them as it steps the stores in memory.
import { testPostgresUrl, testServerWorkDir } from '@weir/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canaries } from './canaries/all-canaries.ts'
import { blindWriteThrough } from './canaries/blind-write-through.ts'
import type { Canary } from './canaries/canary.ts'
import { runIdNotCompared } from './canaries/histories.ts'
import { faultClasses, faultClassNamed } from './fault-classes.ts'
import { type Failure, runThreads } from './run-threads.ts'
import { RealServers } from './servers/real/real-servers.ts'
import { simulate } from './simulate.ts'

const CANARY_SEEDS_MAX = 200
/**
 * A real Redis that starts on its file takes another replication id each time, so nothing shows that its run id is not looked
 * at; the other takes hundreds of runs to be found.
 */
const ONLY_IN_MEMORY = [runIdNotCompared, blindWriteThrough]
/** A start takes longer than a hundred steps, and a run of these has some 25. */
const OFTEN_RESTARTED = ['redis-always', 'redis-everysec', 'everything-everysec', 'write-through', 'clock']

const runs = faultClasses.flatMap(({ name }) =>
  Array.from({ length: OFTEN_RESTARTED.includes(name) ? 3 : 9 }, (_, index) => ({ className: name, seed: index + 1 })),
)

describe('on real servers', () => {
  let failures: readonly Failure[] | undefined

  beforeAll(async () => {
    const stores = { kind: 'real', workDir: testServerWorkDir(), postgresUrl: testPostgresUrl() } as const
    failures = await runThreads(runs, { stores })
  })

  it.each(faultClasses)('$name: $promised', ({ name }) => {
    expect(failures?.filter(({ className }) => className === name)).toEqual([])
  })
})

describe('the simulation on real servers', () => {
  let servers: RealServers

  beforeAll(async () => {
    servers = await RealServers.open({ workDir: testServerWorkDir(), postgresUrl: testPostgresUrl() })
  })
  afterAll(() => servers[Symbol.asyncDispose]())

  // By its seed alone: what is random in the servers themselves, ids and the order of hashes, has no say.
  it.each(['everything-always', 'failover', 'two-masters', 'postgres-loses-commits'])(
    '%s takes the steps that it takes in memory',
    async (name) => {
      const run = { seed: 7, faultClass: faultClassNamed(name) }
      const inMemory = await simulate(run)
      expect(await simulate({ ...run, servers })).toEqual(inMemory)
      expect(await simulate({ ...run, servers, steps: inMemory.steps })).toEqual(inMemory)
    },
  )

  it.each(canaries.filter((canary) => !ONLY_IN_MEMORY.includes(canary)))(
    '$name is caught where it is in memory',
    async (canary) => {
      const found = await caughtInMemory(canary)
      expect((await simulate({ ...found.run, servers })).violation?.name).toBe(found.violation)
    },
  )
})

async function caughtInMemory(canary: Canary) {
  for (let seed = 1; seed <= CANARY_SEEDS_MAX; seed++) {
    const run = { seed, faultClass: faultClassNamed(canary.faultClass), canary }
    const { violation } = await simulate(run)
    if (violation !== undefined) return { run, violation: violation.name }
  }
  throw new Error(`${canary.name} is not caught`)
}

/** Where the processor time goes: Weir's own process in a run with the profiler on, which slows it by some per cent. */
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { ContenderChild } from '../run/contender-child.ts'
import { topFunctionsIn } from '../run/cpu-profile.ts'
import type { ProfiledFunction } from '../run/messages.ts'
import { contenderDeps } from '../run/rounds.ts'
import type { Variant } from '../run/variant.ts'
import type { BenchServers } from '../servers/bench-servers.ts'

export interface Profile {
  readonly id: string
  readonly title: string
  readonly perSecond: number
  readonly functions: readonly ProfiledFunction[]
}

/** A pod loads its sources and compiles them. */
const START_MS = 2000

/** A run before it warms up the process. */
export async function profileVariant(servers: BenchServers, variant: Variant, seconds: number): Promise<Profile> {
  const child = new ContenderChild()
  const profileDir = await mkdtemp(join(servers.workDir, 'profile-'))
  // A contender with processes of its own has them profiled from start to end; others only while they run.
  const isOwnProcess = variant.contender !== 'http'
  try {
    await child.prepare(variant, { ...contenderDeps(servers), profileDir })
    await servers.redis.empty(variant.appendfsync)
    await child.reset(variant)
    await child.run(variant, seconds)
    const { acknowledged, seconds: taken, profile } = await child.run(variant, seconds, isOwnProcess)
    await child.close()
    const functions = isOwnProcess ? profile : topFunctionsIn(profileDir, START_MS)
    return { id: variant.id, title: variant.title, perSecond: acknowledged / taken, functions }
  } finally {
    await child.close()
  }
}

/** Where the processor time goes: Weir's own process in a run with the profiler on, which slows it by some per cent. */
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { whole } from '../report/format.ts'
import { ContenderChild } from '../run/contender-child.ts'
import { topFunctionsIn } from '../run/cpu-profile.ts'
import type { ProfiledFunction } from '../run/messages.ts'
import { contenderDeps } from '../run/rounds.ts'
import type { Variant } from '../run/variant.ts'
import type { BenchServers } from '../servers/bench-servers.ts'
import { measureDrain } from './drain.ts'

export interface Profile {
  readonly id: string
  readonly title: string
  readonly unit: 'ticks' | 'rows'
  readonly perSecond: number
  readonly functions: readonly ProfiledFunction[]
}

/** A pod loads its sources and compiles them. */
const START_MS = 2000
/** The worker begins as soon as it is ready. */
const SYNC_START_MS = 800

/** The sync worker while it drains so many rows. */
export async function profileSync(servers: BenchServers, symbols: number): Promise<Profile> {
  const profileDir = await mkdtemp(join(servers.workDir, 'profile-'))
  const { rowsPerSecond } = await measureDrain(servers, symbols, { isProbed: false, profileDir })
  const title = `The sync worker, ${whole(symbols)} rows`
  return {
    id: 'sync',
    title,
    unit: 'rows',
    perSecond: rowsPerSecond,
    functions: topFunctionsIn(profileDir, SYNC_START_MS),
  }
}

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
    const { id, title, unit } = variant
    return { id, title, unit, perSecond: acknowledged / taken, functions }
  } finally {
    await child.close()
  }
}

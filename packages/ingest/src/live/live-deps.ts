/** What live reads work with, and their limits. */
import type { Layout, LiveColdStore, LiveHotStore } from '@weir/accumulator'
import type { Clock, Logger } from '@weir/service'
import { ColdGuard } from '../cold-guard.ts'

export interface LiveStores {
  readonly hot: LiveHotStore
  /** Undefined: there is no PostgreSQL here. */
  readonly cold: LiveColdStore | undefined
  /** Whether rows go to PostgreSQL and may leave Redis then; if not, Redis has all there is. */
  readonly isSynced: boolean
}

export interface LiveDeps extends LiveStores {
  readonly layout: Layout
  readonly clock: Clock
  readonly guard: ColdGuard
}

export const LIVE_LIMITS = {
  /** Reads at once; each holds at most one connection to PostgreSQL. */
  readsMax: 2,
  /** Reads that wait their turn; more are told to come again. */
  waitingMax: 64,
  sessionsDefault: 100,
  sessionsMax: 1000,
  windowsDefault: 30,
  /** Windows of a session that Redis gives, and an answer a source: a day has 8,640 of 10 s. */
  windowsMax: 9000,
  /** Rows (a window and source each) that PostgreSQL gives. */
  rowsMax: 20_000,
  sourcesMax: 50,
  /** Windows of one call to Redis: some 200 µs of its one thread. */
  callWindowsMax: 100,
  coldTimeoutMs: 5000,
  coldPauseMs: 5000,
} as const

export function liveDeps(
  stores: LiveStores,
  { layout, clock, log }: { layout: Layout; clock: Clock; log: Logger },
): LiveDeps {
  const guard = new ColdGuard({
    clock,
    log,
    timeoutMs: LIVE_LIMITS.coldTimeoutMs,
    pauseMs: LIVE_LIMITS.coldPauseMs,
    consequence: 'live reads are answered from Redis alone, and say so',
  })
  return { ...stores, layout, clock, guard }
}

/** Asks PostgreSQL; what cannot be had makes the read incomplete. */
export async function readCold<Result>(
  { cold, isSynced, guard }: LiveDeps,
  what: string,
  read: (cold: LiveColdStore) => Promise<Result>,
): Promise<{ readonly kind: 'read'; readonly value: Result } | { readonly kind: 'none' | 'away' }> {
  if (cold === undefined) return { kind: isSynced ? 'away' : 'none' }
  const found = await guard.read(what, () => read(cold))
  return found === undefined ? { kind: 'away' } : { kind: 'read', value: found.value }
}

export function everyShard<Result>({ layout }: LiveDeps, read: (shard: number) => Promise<Result>): Promise<Result[]> {
  return Promise.all(Array.from({ length: layout.shards }, (_, shard) => read(shard)))
}

/** Why an answer may lack something. */
export const POSTGRES_AWAY = 'PostgreSQL cannot be read: this is what Redis has'
export const UNREADABLE = 'somebody changed rows in Redis by hand; `weir verify` names them'

/** What `weir status` prints for people. */
import { bytesText, countOf, countText, durationText } from '../format/counts.ts'
import { tableText } from '../format/table.ts'
import type { ColdAccumulatorStatus, PostgresStatus } from './read-postgres-status.ts'
import type { HotAccumulatorStatus, RedisStatus } from './read-redis-status.ts'
import type { WorkerStatus } from './read-worker-status.ts'

export type Section<Value> =
  | { readonly kind: 'known'; readonly value: Value }
  | { readonly kind: 'fault'; readonly error: unknown; readonly message: string }

export interface StatusSections {
  readonly redis: Section<RedisStatus>
  readonly postgres: Section<PostgresStatus>
  readonly worker: WorkerStatus
  readonly nowMs: number
}

export function statusText({ redis, postgres, worker, nowMs }: StatusSections): string {
  const hot = redis.kind === 'known' ? redis.value.accumulators : []
  const cold = postgres.kind === 'known' ? postgres.value.accumulators : []
  const lines = [
    `Redis       ${redis.kind === 'known' ? redisText(redis.value) : redis.message}`,
    `PostgreSQL  ${postgres.kind === 'known' ? postgresText(postgres.value) : postgres.message}`,
    `sync        ${workerText(worker)}`,
  ]
  if (redis.kind === 'known') lines.push(`shards      ${shardsText(redis.value)}`, ...warnings(redis.value))
  if (hot.length + cold.length > 0) lines.push('', accumulatorTable(hot, cold, nowMs), ...failures(cold))
  return lines.join('\n')
}

function redisText({
  server,
  version,
  persistence,
  usedMemoryBytes,
  maxmemoryBytes,
  maxmemoryPolicy,
}: RedisStatus): string {
  const limit = maxmemoryBytes === 0 ? 'no limit' : `of ${bytesText(maxmemoryBytes)}`
  return `${server} ${version}, ${persistence}, ${bytesText(usedMemoryBytes)} (${limit}), ${maxmemoryPolicy}`
}

function postgresText({ version, isReadOnly }: PostgresStatus): string {
  return `PostgreSQL ${version}${isReadOnly ? ', read-only' : ''}`
}

function workerText(worker: WorkerStatus): string {
  if (worker.kind === 'unknown') return 'no `weir up` here; the last syncs are below'
  if (worker.kind === 'silent') return worker.reason
  return worker.reasons.length === 0
    ? `worker ${worker.status}`
    : `worker ${worker.status}: ${worker.reasons.join('; ')}`
}

function shardsText({ shards: { count, opened, oldestHistory, newestHistory, producers } }: RedisStatus): string {
  if (opened === 0) return `none of ${count} has taken a tick yet`
  const since =
    oldestHistory === newestHistory ? `since ${oldestHistory}` : `since ${oldestHistory} to ${newestHistory}`
  return `${opened} of ${count} in use, histories ${since}; ${countOf(producers, 'producer')}`
}

function warnings({ persistence, unknownAccumulators, accumulators }: RedisStatus): string[] {
  const lines: string[] = []
  if (!persistence.startsWith('aof'))
    lines.push('warning: the append-only file is off; what Redis loses in a crash is lost')
  if (unknownAccumulators.length > 0) lines.push(`warning: nobody here syncs ${unknownAccumulators.join(', ')}`)
  for (const { accumulator, quarantined } of accumulators) {
    if (quarantined > 0)
      lines.push(`warning: PostgreSQL refuses ${countOf(quarantined, 'row')} of ${accumulator} (weir quarantine list)`)
  }
  return lines
}

function accumulatorTable(
  hot: readonly HotAccumulatorStatus[],
  cold: readonly ColdAccumulatorStatus[],
  nowMs: number,
): string {
  const names = [...new Set([...hot, ...cold].map(({ accumulator }) => accumulator))]
  return tableText(
    [
      { head: 'accumulator' },
      { head: 'dirty', align: 'right' },
      { head: 'oldest dirty', align: 'right' },
      { head: 'periods in Redis', align: 'right' },
      { head: 'newest' },
      { head: 'rows in PostgreSQL', align: 'right' },
      { head: 'last sync' },
    ],
    names.map((name) => {
      const inRedis = hot.find(({ accumulator }) => accumulator === name)
      const inPostgres = cold.find(({ accumulator }) => accumulator === name)
      return [
        name,
        inRedis === undefined ? '?' : countText(inRedis.dirty),
        inRedis === undefined
          ? '?'
          : inRedis.dirty === inRedis.quarantined
            ? '-'
            : durationText(inRedis.oldestDirtySeconds),
        inRedis === undefined ? '?' : countText(inRedis.periods),
        inRedis?.newestPeriod ?? '-',
        inPostgres === undefined ? '?' : `${inPostgres.rowsAreEstimated ? '~' : ''}${countText(inPostgres.rows)}`,
        lastSyncText(inPostgres, nowMs),
      ]
    }),
  )
}

function lastSyncText(accumulator: ColdAccumulatorStatus | undefined, nowMs: number): string {
  const run = accumulator?.lastRun
  if (accumulator === undefined) return '?'
  if (run === undefined) return 'never'
  const ago = durationText(Math.max(0, nowMs - Date.parse(run.startedAt)) / 1000)
  return run.error === undefined ? `${ago} ago, ${countOf(run.rows, 'row')}` : `${ago} ago, failed`
}

function failures(cold: readonly ColdAccumulatorStatus[]): string[] {
  return cold.flatMap(({ accumulator, lastRun }) =>
    lastRun?.error === undefined ? [] : [`last sync of ${accumulator} failed: ${lastRun.error}`],
  )
}

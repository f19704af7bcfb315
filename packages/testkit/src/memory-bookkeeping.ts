/** Twins of the scripts for marks, counts, periods, lanes and idempotency keys. */
import type { ClaimOutcome, Coverage, Depth, DropRequest, KeyClaim, RestoredShard } from '@weir/accumulator'
import { periodField } from '@weir/redis'
import { isQuarantined, syncedUs } from './memory-quarantine.ts'
import { keepClock, type MemoryShard, metaText, readPeriod, shardNow } from './memory-shard.ts'

export function memoryRestore({ redis, keys }: MemoryShard, { marks, floors }: RestoredShard): void {
  const raise = (key: string, field: string, value: number) => {
    const stored = redis.hash(key).get(field)
    if (stored === undefined || Number(stored) < value) redis.hash(key).set(field, String(value))
  }
  for (const [name, mark] of marks) raise(keys.marks, name, mark)
  for (const [accumulator, floor] of floors) raise(keys.meta, `floor:${accumulator}`, floor)
  redis.hash(keys.meta).set('restored', '1')
}

export function memoryCoverage(shard: MemoryShard): Coverage {
  const { redis, keys } = shard
  const timeUs = shardNow(shard)
  keepClock(shard, timeUs)
  const marks = new Map([...redis.hash(keys.marks)].map(([name, mark]) => [name, Number(mark)]))
  const periods = [...redis.hash(keys.periods).keys()].flatMap((field) => {
    const entry = readPeriod(shard, field)
    const [accumulator = '', period, asideOrigin] = field.split(':')
    return entry === undefined
      ? []
      : [{ accumulator, period: Number(period), ...entry, aside: asideOrigin !== undefined }]
  })
  return { origin: metaText(shard, 'origin') ?? '', timeUs, marks, periods }
}

export function memoryDepth(shard: MemoryShard): Depth {
  const { redis, keys, layout } = shard
  const sets = layout.accumulators.map(({ name }) => ({
    name,
    scores: [...redis.sortedSet(keys.dirty(name)).values()],
  }))
  const scores = sets.flatMap((set) => set.scores)
  const byName = (countOf: (scores: readonly number[]) => number) =>
    Object.fromEntries(sets.map((set) => [set.name, countOf(set.scores)]))
  return {
    origin: metaText(shard, 'origin'),
    restored: metaText(shard, 'restored') === '1',
    timeUs: shardNow(shard),
    dirty: byName((set) => set.length),
    quarantined: byName((set) => set.filter(isQuarantined).length),
    oldestDirtyUs: oldestOf(scores.map(syncedUs)),
    oldestDrainableUs: oldestOf(scores.filter((score) => !isQuarantined(score))),
    floors: Object.fromEntries(
      layout.accumulators.flatMap(({ name }) => {
        const floor = metaText(shard, `floor:${name}`)
        return floor === undefined ? [] : [[name, Number(floor)]]
      }),
    ),
  }
}

function oldestOf(scores: readonly number[]): number | undefined {
  return scores.length === 0 ? undefined : scores.reduce((a, b) => Math.min(a, b))
}

export function memoryDrop(shard: MemoryShard, { record, idleUs, endUs }: DropRequest): boolean {
  const { redis, keys } = shard
  const { accumulator, period, origin, accepted, aside } = record
  const field = periodField(accumulator, period, aside ? origin : undefined)
  const stored = readPeriod(shard, field)
  if (stored === undefined || stored.origin !== origin || stored.accepted !== accepted) return false
  if (!aside) {
    const nowUs = shardNow(shard)
    if (stored.dirty > 0 || nowUs < endUs || nowUs - stored.touchedUs < idleUs) return false
    redis.delete(keys.rows(accumulator, period))
    const floor = Number(metaText(shard, `floor:${accumulator}`) ?? Number.NEGATIVE_INFINITY)
    redis.hash(keys.meta).set(`floor:${accumulator}`, String(Math.max(floor, period)))
  }
  redis.hash(keys.periods).delete(field)
  return true
}

export function memoryForgetLanes(shard: MemoryShard, idleUs: number): number {
  const lanes = shard.redis.hash(shard.keys.lanes)
  const nowUs = shardNow(shard)
  const idle = [...lanes].filter(([, record]) => nowUs - Number(String(record).split(':')[1]) >= idleUs)
  for (const [name] of idle) lanes.delete(name)
  return idle.length
}

export function memoryReadMark({ redis, keys }: MemoryShard, producer: string): number | undefined {
  const mark = redis.hash(keys.marks).get(producer)
  return mark === undefined ? undefined : Number(mark)
}

/** `c:claimedAtMs:digest` or `a:digest:answer`. */
export function memoryClaimKey({ redis, keys, timeUs }: MemoryShard, { key, digest, ttlMs }: KeyClaim): ClaimOutcome {
  const stored = redis.texts.get(keys.idempotency(key))
  if (stored === undefined || stored.expiresAtUs <= timeUs()) {
    const claimedAtMs = Math.floor(timeUs() / 1000)
    redis.texts.set(keys.idempotency(key), {
      text: `c:${claimedAtMs}:${digest}`,
      expiresAtUs: timeUs() + ttlMs * 1000,
    })
    return { kind: 'claimed', claimedAtMs }
  }
  const [kind, first = '', ...rest] = stored.text.split(':')
  const isAnswered = kind === 'a'
  if ((isAnswered ? first : rest.join(':')) !== digest) return { kind: 'mismatch' }
  return isAnswered ? { kind: 'answered', answer: rest.join(':') } : { kind: 'claimed', claimedAtMs: Number(first) }
}

export function memoryAnswerKey(
  { redis, keys, timeUs }: MemoryShard,
  key: string,
  answer: string,
  ttlMs: number,
): void {
  const stored = redis.texts.get(keys.idempotency(key))
  if (stored === undefined || stored.expiresAtUs <= timeUs() || !stored.text.startsWith('c:')) return
  const digest = stored.text.split(':').slice(2).join(':')
  redis.texts.set(keys.idempotency(key), { text: `a:${digest}:${answer}`, expiresAtUs: timeUs() + ttlMs * 1000 })
}

/** Marks, accepted counts and depth: what tells the sync how far PostgreSQL is. */
import { type Coverage, type Depth, type PeriodRecord, StoreError } from '@weir/accumulator'
import { classifyError } from './classify-error.ts'
import type { StoreContext } from './store-context.ts'

const MARKS_PAGE = 1000
const ATTEMPTS_MAX = 5
/** Values that `depth.lua` gives of a dirty set. */
const SET_FACTS = 5
const PERIOD_RECORD = /^[0-9a-f]{32}:\d+:\d+:\d+$/

/** Marks are read before the time T, so that T covers them all; again where the history changed in between. */
export async function readCoverage(context: StoreContext, shard: number): Promise<Coverage> {
  const { redis } = context
  const keys = context.keysOf(shard)
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const before = await redis.hget(keys.meta, 'origin').catch((error: unknown) => {
      throw classifyError(redis, error, 'coverage')
    })
    const marks = await readMarks(context, keys.marks)
    const reply = ((await context.run('coverage', [keys.meta, keys.periods], [])) as Buffer[]).map(String)
    const [origin = '', timeUs = '', ...periods] = reply
    if (origin === (before ?? '')) return { origin, timeUs: Number(timeUs), marks, periods: periodRecords(periods) }
  }
  throw new StoreError(
    'WEIR_STORE_BUSY',
    `coverage: shard ${shard} changed its history ${ATTEMPTS_MAX} times while it was read`,
  )
}

export async function readDepth(context: StoreContext, shard: number): Promise<Depth> {
  const names = context.layout.accumulators.map(({ name }) => name)
  const keys = context.keysOf(shard)
  const reply = (await context.run(
    'depth',
    [keys.meta, ...names.map((name) => keys.dirty(name))],
    names.map((name) => `floor:${name}`),
  )) as Buffer[]
  const [origin = '', timeUs = '', restored, ...sets] = reply.map(String)
  const column = (place: number) => names.map((_, index) => sets[SET_FACTS * index + place] ?? '')
  const byName = (counts: readonly string[]) =>
    Object.fromEntries(names.map((name, index) => [name, Number(counts[index])]))
  const drainable = column(2)
  const floors = column(4)
  return {
    origin: origin === '' ? undefined : origin,
    restored: restored === '1',
    timeUs: Number(timeUs),
    dirty: byName(column(0)),
    quarantined: byName(column(1)),
    oldestDirtyUs: oldestOf([...drainable, ...column(3)]),
    oldestDrainableUs: oldestOf(drainable),
    floors: Object.fromEntries(
      names.flatMap((name, index) => (floors[index] === '' ? [] : [[name, Number(floors[index])]])),
    ),
  }
}

function oldestOf(scores: readonly string[]): number | undefined {
  const known = scores.filter((score) => score !== '')
  return known.length === 0 ? undefined : Math.min(...known.map(Number))
}

async function readMarks({ redis }: StoreContext, key: string): Promise<Map<string, number>> {
  const marks = new Map<string, number>()
  let cursor = '0'
  do {
    const [next, flat] = await redis.hscan(key, cursor, 'COUNT', MARKS_PAGE).catch((error: unknown) => {
      throw classifyError(redis, error, 'coverage')
    })
    // A name that moved while it was read comes twice; the later reading is the higher.
    for (let index = 0; index < flat.length; index += 2) marks.set(flat[index] ?? '', Number(flat[index + 1]))
    cursor = next
  } while (cursor !== '0')
  return marks
}

/** `accumulator:period` or, set aside, `accumulator:period:origin`, each with `origin:accepted:dirty:touchedUs`. */
export function periodRecords(flat: readonly string[]): PeriodRecord[] {
  const records: PeriodRecord[] = []
  for (let index = 0; index < flat.length; index += 2) {
    const field = flat[index] ?? ''
    const value = flat[index + 1] ?? ''
    if (!PERIOD_RECORD.test(value)) throw notARecord(field)
    const [accumulator = '', period, asideOrigin] = field.split(':')
    const [origin = '', accepted, dirty, touchedUs] = value.split(':')
    records.push({
      accumulator,
      period: Number(period),
      origin,
      accepted: Number(accepted),
      dirty: Number(dirty),
      touchedUs: Number(touchedUs),
      aside: asideOrigin !== undefined,
    })
  }
  return records
}

function notARecord(field: string): StoreError {
  return new StoreError(
    'WEIR_STORE_REFUSED',
    `the record of period ${field} in Redis is none: somebody overwrote it. Its rows are as they were; its accepted count is lost. ` +
      'Delete that field of the periods hash, then run `weir sync --all`',
  )
}

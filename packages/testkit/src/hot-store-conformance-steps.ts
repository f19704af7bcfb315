/** The steps of a run: one call or more on both stores, and what goes wrong between calls. */
import type { HotStore, PeriodRecord, Snapshot } from '@weir/accumulator'
import { expect } from 'vitest'
import { type CallHistory, randomCall } from './hot-store-conformance-calls.ts'
import type { HotStorePair } from './hot-store-pair.ts'
import type { SeededRandom } from './seeded-random.ts'

export interface Run {
  readonly pair: HotStorePair
  readonly random: SeededRandom
  readonly history: CallHistory
  /** Taken and not acknowledged yet; some never are. */
  readonly snapshots: { shard: number; accumulator: string; snapshot: Snapshot }[]
  records: { shard: number; record: PeriodRecord }[]
}

export type Step = (run: Run, shard: number) => Promise<void>

const FOREVER_US = 2 ** 50
/** 2013-10-07, a day of the random events. */
const SESSIONS_DAY = 15_985

async function expectSame<Outcome>(
  { pair }: Run,
  shard: number,
  call: (store: HotStore) => Promise<Outcome>,
  timeUsOf?: (outcome: Outcome) => number | undefined,
): Promise<Outcome> {
  const { real, twin } = await pair.both(shard, call, timeUsOf)
  expect(real).toEqual(twin)
  return real
}

const apply: Step = async (run, shard) => {
  const call = randomCall(run.random, run.pair.layout, shard, run.history)
  const outcome = await expectSame(run, shard, (store) => store.apply(shard, call))
  run.history.lastCall = { shard, call }
  if (outcome.kind === 'applied') run.history.lastOrigin = outcome.origin
  run.history.unseeded = outcome.kind === 'unseeded' ? outcome.rows : []
}

const snapshot: Step = async (run, shard) => {
  const { pair, random } = run
  const accumulator = random.pick(pair.layout.accumulators).name
  const request = { rowsMax: random.integer(1, 30), skip: random.pick([0, 0, 2]) }
  const { real, twin } = await pair.both(shard, (store) => store.snapshot(shard, accumulator, request))
  expectSameSnapshot(real, twin)
  run.snapshots.push({ shard, accumulator, snapshot: real })
}

const namedSnapshot: Step = async (run, shard) => {
  const { pair, random } = run
  const accumulator = random.pick(pair.layout.accumulators).name
  const part = run.history.lastCall?.call.segments
    .flatMap(({ parts }) => parts)
    .find((one) => one.accumulator === accumulator)
  const only = part?.deltas.keys.map((key) => ({ period: part.period, key })) ?? []
  const call = (store: HotStore) => store.snapshot(shard, accumulator, { rowsMax: 1, skip: 0, only })
  const { real, twin } = await pair.both(shard, call)
  expectSameSnapshot(real, twin)
  run.snapshots.push({ shard, accumulator, snapshot: real })
}

/** The twin's clock follows the shard's, which an edit by hand may have put ahead of the server's. */
function expectSameSnapshot(real: Snapshot, twin: Snapshot): void {
  expect(shown(real)).toEqual(shown(twin))
}

/** Rows with what they unpack to, which a store may leave to who looks. */
function shown({ rows, receipt, ...rest }: Snapshot): Snapshot {
  return {
    ...rest,
    rows: rows.map(({ period, field, key, packed, row }) => ({ period, field, key, packed, row })),
    receipt: { ...receipt, takenAtUs: 0 },
  }
}

const acknowledge: Step = async (run) => {
  const taken = run.snapshots.splice(run.random.integer(0, Math.max(0, run.snapshots.length - 1)), 1)[0]
  if (taken === undefined) return
  const { shard, accumulator, snapshot: seen } = taken
  await expectSame(run, shard, (store) => store.acknowledge(shard, accumulator, seen))
  // A worker that wakes up late acknowledges again.
  if (run.random.chance(0.1)) run.snapshots.push(taken)
}

/** All that is dirty, synced at once, so that periods can be dropped. */
const syncAll: Step = async (run, shard) => {
  for (const { name } of run.pair.layout.accumulators) {
    const whole = await run.pair.both(shard, (store) => store.snapshot(shard, name, { rowsMax: 1000, skip: 0 }))
    await expectSame(run, shard, (store) => store.acknowledge(shard, name, whole.real))
  }
}

/** Some rows of a snapshot are refused, perhaps long after it was taken; others are tried again. */
const quarantine: Step = async (run) => {
  const { random } = run
  const taken = run.snapshots[random.integer(0, Math.max(0, run.snapshots.length - 1))]
  if (taken === undefined) return
  const { shard, accumulator, snapshot: seen } = taken
  const rows = seen.rows
    .filter(() => random.chance(0.4))
    .map(({ period, field, row }) => ({ period, field, origin: row.origin, code: '22003', message: 'too: large\né' }))
  const request = { rows, rowsMax: random.pick([1, 3, 1000]) }
  await expectSame(run, shard, (store) => store.quarantine(shard, accumulator, request))
  const kept = await expectSame(run, shard, (store) => store.readQuarantine(shard, accumulator))
  if (random.chance(0.7)) return
  const tried = { rowsMax: 1, skip: 0, only: kept.filter(() => random.chance(0.5)) }
  const again = await run.pair.both(shard, (store) => store.snapshot(shard, accumulator, tried))
  expectSameSnapshot(again.real, again.twin)
  run.snapshots.push({ shard, accumulator, snapshot: again.real })
}

const coverage: Step = async (run, shard) => {
  const read = await expectSame(run, shard, async (store) => {
    const { periods, ...rest } = await store.readCoverage(shard)
    const sorted = periods.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))
    return { ...rest, periods: sorted }
  })
  run.records = read.periods.map((record) => ({ shard, record }))
}

const drop: Step = async (run) => {
  const { random } = run
  for (const { shard, record } of run.records) {
    const accepted = record.accepted + (random.chance(0.2) ? 1 : 0)
    const request = { record: { ...record, accepted }, idleUs: random.pick([0, 0, 0, FOREVER_US]), endUs: 0 }
    await expectSame(run, shard, (store) => store.drop(shard, request))
  }
}

const idempotencyKey: Step = async (run, shard) => {
  const { random } = run
  const claim = { key: `key ${random.integer(1, 2)}`, digest: random.pick(['aa', 'aa', 'bb']), ttlMs: 3_600_000 }
  await expectSame(
    run,
    shard,
    (store) => store.claimKey(shard, claim),
    (outcome) => (outcome.kind === 'claimed' ? outcome.claimedAtMs * 1000 : undefined),
  )
  if (random.chance(0.5))
    await expectSame(run, shard, (store) => store.answerKey(shard, claim.key, '{"é": 1}:\n', 3_600_000))
}

const readings: Step = async (run, shard) => {
  const { random, pair } = run
  const accumulator = random.pick(pair.layout.accumulators).name
  const part = run.history.lastCall?.call.segments
    .flatMap(({ parts }) => parts)
    .find((one) => one.accumulator === accumulator)
  const period = part?.period ?? 0
  const keys = [...(part?.deltas.keys ?? []), 'nobody']
  await expectSame(run, shard, (store) => store.readRows(shard, accumulator, period, { kind: 'keys', keys }))
  await expectSame(run, shard, (store) => allRows(store, shard, accumulator, period))
  await expectSame(run, shard, (store) => store.readMark(shard, 'feed'))
  await expectSame(
    run,
    shard,
    (store) => store.readDepth(shard),
    ({ timeUs }) => timeUs,
  )
}

async function allRows(store: HotStore, shard: number, accumulator: string, period: number) {
  const rows = []
  let cursor = '0'
  do {
    const page = await store.readRows(shard, accumulator, period, { kind: 'page', cursor, rowsMax: 2 })
    rows.push(...page.rows)
    cursor = page.cursor
  } while (cursor !== '0')
  return rows.toSorted((a, b) => (a.field < b.field ? -1 : 1))
}

const upkeep: Step = async (run, shard) => {
  const { random, pair } = run
  const { accumulator, period } = run.records[0]?.record ?? { accumulator: 'sessions', period: 0 }
  await expectSame(run, shard, (store) => store.markDirty(shard, accumulator, period))
  const idleUs = random.pick([0, FOREVER_US])
  await expectSame(run, shard, (store) => store.forgetLanes(shard, idleUs))
  const marks = new Map([['feed', random.integer(1, 20)]])
  const floors = new Map(
    pair.layout.accumulators.map(({ name }) => [name, random.pick([-1, SESSIONS_DAY, 1_381_161_600])]),
  )
  if (random.chance(0.3)) await expectSame(run, shard, (store) => store.restore(shard, { marks, floors }))
}

/** A restart, a failover, a clock that ran ahead, a row deleted by hand, a wipe. */
const trouble: Step = async ({ pair, random }, shard) => {
  const keys = pair.keys(shard)
  const { meta } = keys
  const rowsOfDay = keys.rows('sessions', SESSIONS_DAY)
  const kind = random.pick(['run_id', 'run_id', 'replid', 'clock', 'row', 'wipe'] as const)
  const clock = pair.twin.redis.hash(meta).get('clock')
  if (kind === 'wipe') return pair.wipe(shard)
  if (kind === 'clock') {
    if (clock !== undefined) await pair.setField(meta, 'clock', String(Number(clock) + 5_000_000))
  } else if (kind === 'row') {
    const field = [...pair.twin.redis.hash(rowsOfDay).keys()][0]
    if (field !== undefined && !field.includes('\u0000')) await pair.deleteField(rowsOfDay, field)
  } else if (clock !== undefined) {
    await pair.setField(meta, kind, 'another')
  }
}

const STEPS: readonly (readonly [number, Step])[] = [
  [40, apply],
  [12, snapshot],
  [4, namedSnapshot],
  [12, acknowledge],
  [8, quarantine],
  [4, syncAll],
  [4, coverage],
  [5, drop],
  [3, idempotencyKey],
  [4, readings],
  [2, upkeep],
  [5, trouble],
]

export function randomStep(random: SeededRandom): Step {
  let left = random.integer(
    1,
    STEPS.reduce((sum, [weight]) => sum + weight, 0),
  )
  for (const [weight, step] of STEPS) {
    left -= weight
    if (left <= 0) return step
  }
  return apply
}

// Goal: rounds of one accumulator never overlap in a process, and whoever asks for one gets what was promised.
import { expect, it } from 'vitest'
import type { AccumulatorReport } from './sync-accumulator.ts'
import { EMPTY_REPORT } from './sync-report.ts'
import { type RunRound, SyncRounds } from './sync-rounds.ts'
import { LeapingClock } from './testing/leaping-clock.ts'

/** Rounds that end when they are told to. */
function bench() {
  const begun: {
    finish: () => void
    fail: (error: Error) => void
    progress: (rows: number) => void
    signal: AbortSignal
  }[] = []
  let running = 0
  let runningMax = 0
  const report = (rows: number): AccumulatorReport => ({
    ...EMPTY_REPORT,
    accumulator: 'sessions',
    shards: 1,
    shardsDone: 1,
    updates: 0,
    failures: [],
    durationMs: 0,
    rows,
  })
  const runRound: RunRound = async (_accumulator, { onProgress, signal }) => {
    const ended = Promise.withResolvers<void>()
    runningMax = Math.max(runningMax, ++running)
    const number = begun.push({
      finish: ended.resolve,
      fail: ended.reject,
      progress: (rows) => onProgress(report(rows)),
      signal,
    })
    signal.addEventListener('abort', () => ended.reject(signal.reason))
    await ended.promise.finally(() => running--)
    return report(number)
  }
  const rounds = new SyncRounds(['sessions'], new LeapingClock(), runRound)
  const run = (fresh: boolean, signal?: AbortSignal, onProgress?: (report: AccumulatorReport) => void) =>
    rounds.run({ accumulator: 'sessions', fresh, ...(signal && { signal }), ...(onProgress && { onProgress }) })
  return { begun, rounds, run, overlap: () => runningMax }
}

/** Lets everything that can go on go on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

it('who asks while a round runs shares it', async () => {
  const { begun, run } = bench()
  const asked = [run(false), run(false), run(false)]
  await settle()
  expect(begun).toHaveLength(1)
  begun[0]?.finish()
  expect((await Promise.all(asked)).map(({ rows }) => rows)).toEqual([1, 1, 1])
})

it('who needs everything dirty by now shares the next round, which begins when the running one has ended', async () => {
  const { begun, run, overlap } = bench()
  const first = run(false)
  await settle()
  const fresh = [run(true), run(true)]
  await settle()
  expect(begun).toHaveLength(1)
  begun[0]?.finish()
  await first
  await settle()
  expect(begun).toHaveLength(2)
  const late = run(false)
  begun[1]?.finish()
  expect((await Promise.all([...fresh, late])).map(({ rows }) => rows)).toEqual([2, 2, 2])
  expect(overlap()).toBe(1)
})

it('a round that fails does not keep the next one from its turn', async () => {
  const { begun, run } = bench()
  const first = run(false)
  const outcome = first.catch((error: Error) => error.message)
  await settle()
  const next = run(true)
  begun[0]?.fail(new Error('gone'))
  expect(await outcome).toBe('gone')
  await settle()
  begun[1]?.finish()
  expect((await next).rows).toBe(2)
})

it('a round is cancelled when the last who waits for it has given up, and not before', async () => {
  const { begun, run } = bench()
  const [one, two] = [new AbortController(), new AbortController()]
  const asked = [run(false, one.signal), run(false, two.signal)]
  const settled = Promise.allSettled(asked)
  await settle()
  one.abort(new Error('lock lost'))
  await settle()
  expect(begun[0]?.signal.aborted).toBe(false)
  two.abort(new Error('lock lost'))
  await settle()
  expect(begun[0]?.signal.aborted).toBe(true)
  expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})

it('who comes after a cancelled round gets one of its own, after its last step', async () => {
  const { begun, run, overlap } = bench()
  const lost = new AbortController()
  const asked = run(false, lost.signal).catch(() => undefined)
  await settle()
  lost.abort(new Error('lock lost'))
  await asked
  const next = run(false)
  await settle()
  begun[1]?.finish()
  expect((await next).rows).toBe(2)
  expect(overlap()).toBe(1)
})

it('everyone who shares a round sees its progress', async () => {
  const { begun, run } = bench()
  const seen: number[][] = [[], []]
  const asked = seen.map((rows) => run(false, undefined, (report) => rows.push(report.rows)))
  await settle()
  begun[0]?.progress(10)
  begun[0]?.progress(20)
  begun[0]?.finish()
  await Promise.all(asked)
  expect(seen).toEqual([
    [10, 20],
    [10, 20],
  ])
})

import { describe, expect, it } from 'vitest'
import type { Clock } from './clock.ts'
import { createLogger } from './logger.ts'
import { RunLoop, type RunLoopOptions } from './run-loop.ts'

/** A clock that stands still until told: each sleep is announced, and ends by `advance` or its signal. */
function manualClock() {
  let nowMs = 0
  const sleeps: { ms: number; wake: () => void }[] = []
  let announce: () => void = () => undefined
  const clock: Clock = {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        sleeps.push({ ms, wake: resolve })
        signal?.addEventListener('abort', () => resolve())
        announce()
      }),
  }
  return {
    clock,
    /** The length of the next sleep, when it has begun. */
    async nextSleepMs(): Promise<number> {
      while (sleeps.length === 0) await new Promise<void>((resolve) => (announce = resolve))
      return sleeps[0]?.ms ?? 0
    },
    /** Lets time pass, and ends the sleep. */
    advance(ms: number): void {
      nowMs += ms
      sleeps.shift()?.wake()
    },
    forget: () => sleeps.shift(),
  }
}

function setUp(round: (signal: AbortSignal) => Promise<void>, options: Partial<RunLoopOptions> = {}) {
  const time = manualClock()
  const lines: string[] = []
  const log = createLogger({ name: 'test', level: 'info', destination: { write: (line) => void lines.push(line) } })
  const random = { hex: () => '', fraction: () => 1 }
  const loop = new RunLoop({
    name: 'sync',
    intervalMs: 1000,
    round,
    clock: time.clock,
    random,
    log,
    backoffMaxMs: 4000,
    ...options,
  })
  return { loop, time, lines }
}

describe('RunLoop', () => {
  it('runs a round at once, then one an interval, from start to start', async () => {
    let rounds = 0
    const { loop, time } = setUp(async () => {
      rounds += 1
      if (rounds === 2) time.advance(300)
    })
    await loop.start()
    expect(await time.nextSleepMs()).toBe(1000)
    expect(rounds).toBe(1)
    time.advance(1000)
    expect(await time.nextSleepMs()).toBe(700)
    expect(rounds).toBe(2)
    await loop.stop()
  })

  it('a wake runs a round at once; during a round, one more right after it', async () => {
    let rounds = 0
    const { loop, time } = setUp(async () => {
      rounds += 1
      if (rounds === 2) loop.wake()
    })
    await loop.start()
    await time.nextSleepMs()
    time.forget()
    loop.wake()
    await time.nextSleepMs()
    expect(rounds).toBe(3)
    await loop.stop()
  })

  it('failures are logged and wait longer and longer, up to the limit; a success ends that', async () => {
    let rounds = 0
    const { loop, time, lines } = setUp(async () => {
      rounds += 1
      if (rounds <= 4) throw new Error(`fault ${rounds}`)
    })
    await loop.start()
    for (const waitMs of [1000, 2000, 4000, 4000]) {
      expect(await time.nextSleepMs()).toBe(waitMs)
      time.advance(waitMs)
    }
    expect(await time.nextSleepMs()).toBe(1000)
    expect(lines.map((line) => JSON.parse(line).attempt)).toEqual([1, 2, 3, 4])
    await loop.stop()
  })

  it('a wake does not shorten the wait after a failure', async () => {
    let rounds = 0
    const { loop, time } = setUp(async () => {
      rounds += 1
      throw new Error('fault')
    })
    await loop.start()
    await time.nextSleepMs()
    loop.wake()
    expect(await time.nextSleepMs()).toBe(1000)
    expect(rounds).toBe(1)
    await loop.stop()
  })

  it('stop aborts the signal, waits for the round in flight, and no round begins after it', async () => {
    let rounds = 0
    let finish: () => void = () => undefined
    let isAborted = false
    const { loop, lines } = setUp(async (signal) => {
      rounds += 1
      signal.addEventListener('abort', () => (isAborted = true))
      await new Promise<void>((resolve) => (finish = resolve))
      throw new Error('cut short')
    })
    await loop.start()
    let isStopped = false
    const stopping = loop.stop().then(() => (isStopped = true))
    await Promise.resolve()
    expect({ isAborted, isStopped }).toEqual({ isAborted: true, isStopped: false })
    finish()
    await stopping
    await loop.stop()
    expect({ rounds, lines }).toEqual({ rounds: 1, lines: [] })
  })

  it('stopped before its start it never runs', async () => {
    let rounds = 0
    const { loop } = setUp(async () => void (rounds += 1))
    await loop.stop()
    await loop.start()
    await loop.stop()
    expect(rounds).toBe(0)
  })
})

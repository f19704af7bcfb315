import type { Clock } from '@weir/service'
import { describe, expect, it } from 'vitest'
import { paceLines } from './pace.ts'

/** Time passes only by sleeping. */
function fakeClock(): Clock {
  let nowMs = 1000
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    sleep: async (ms) => {
      nowMs += ms
    },
  }
}

async function* blocksOf(...blocks: string[][]): AsyncGenerator<string[]> {
  yield* blocks
}

async function batches(lines: string[][], speed: number | undefined, batchTicksMax: number) {
  const clock = fakeClock()
  const signal = new AbortController().signal
  const taken: { atMs: number; batch: string[] }[] = []
  const options = { batchTicksMax, speed, timeMs: Number, clock, signal }
  for await (const batch of paceLines(blocksOf(...lines), options))
    taken.push({ atMs: clock.monotonicMs() - 1000, batch })
  return taken
}

describe('paceLines', () => {
  it('cuts batches across blocks without losing a line', async () => {
    const taken = await batches([['1', '2', '3'], ['4'], ['5', '6', '7']], undefined, 2)
    expect(taken.map(({ batch }) => batch)).toEqual([['1', '2'], ['3', '4'], ['5', '6'], ['7']])
  })

  it('sends nothing of an empty file', async () => {
    expect(await batches([], undefined, 2)).toEqual([])
  })

  it('sends ticks when they are due at a multiple of the recorded time', async () => {
    const taken = await batches([['10000', '10000', '12000', '12001', '20000']], 10, 100)
    expect(taken).toEqual([
      { atMs: 0, batch: ['10000', '10000'] },
      { atMs: 200, batch: ['12000', '12001'] },
      { atMs: 1000, batch: ['20000'] },
    ])
  })

  it('does not wait for a tick that is out of order, nor for one without a time', async () => {
    const taken = await batches([['10000', '9000', 'none', '11000']], 1, 100)
    expect(taken.map(({ batch }) => batch)).toEqual([['10000', '9000', 'none'], ['11000']])
  })
})

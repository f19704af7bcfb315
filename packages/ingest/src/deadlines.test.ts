import { describe, expect, it } from 'vitest'
import { Deadlines } from './deadlines.ts'
import { VirtualClock } from './testing/virtual-clock.ts'

describe('a deadline', () => {
  it('gives what was done in time, and the other answer once the limit has passed', async () => {
    const clock = new VirtualClock()
    const deadlines = new Deadlines(clock, 1000)
    const ends: [string, number][] = []
    const wait = async (name: string, startMs: number, workMs: number) => {
      await clock.sleep(startMs)
      const work = clock.sleep(workMs).then(() => name)
      ends.push([await deadlines.within(work, `${name} late`), clock.monotonicMs()])
    }
    await clock.run(Promise.all([wait('a', 0, 10), wait('b', 5, 2000), wait('c', 900, 500), wait('d', 950, 5000)]))
    expect(ends).toEqual([
      ['a', 10],
      ['b late', 1005],
      ['c', 1400],
      ['d late', 1950],
    ])
  })

  it('passes a failure on, and lets nobody wait beyond a stop', async () => {
    const clock = new VirtualClock()
    const deadlines = new Deadlines(clock, 1000)
    await expect(deadlines.within(Promise.reject(new Error('broken')), 'late')).rejects.toThrow('broken')
    const waiting = deadlines.within(new Promise(() => undefined), 'late')
    deadlines.stop()
    expect(await waiting).toBe('late')
    expect(await deadlines.within(new Promise(() => undefined), 'late')).toBe('late')
  })
})

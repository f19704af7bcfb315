// Goal: updates are counted once as landed, from the first round of a worker on.
import type { Coverage, PeriodRange } from '@weir/accumulator'
import { expect, it } from 'vitest'
import { LandedUpdates } from './landed-updates.ts'

function coverage(accepted: Record<string, number>, dirty = 0): Coverage {
  const periods = Object.entries(accepted).map(([name, count]) => {
    const [accumulator = '', period = '', origin = ''] = name.split(':')
    return { accumulator, period: Number(period), origin, accepted: count, dirty, touchedUs: 0, aside: false }
  })
  return { origin: 'a', timeUs: 0, marks: new Map(), periods }
}

/** PostgreSQL with these updates of the origin in shard 0, and others in another, in whatever period it is asked about. */
function coldWith(origin: string, updates: number) {
  const readTotals = async (_: string, { first = 0 }: PeriodRange = {}) => [
    { period: first, shard: 1, origin, updates: 99, accepted: 0 },
    { period: first, shard: 0, origin, updates, accepted: 0 },
  ]
  return { readTotals }
}

it('each accepted update is counted in one round', async () => {
  const landed = new LandedUpdates(coldWith('a', 0))
  await landed.look(0, undefined)
  expect(landed.count(0, 'sessions', coverage({ 'sessions:1:a': 10, 'market:1:a': 10 }))).toBe(10)
  expect(landed.count(0, 'sessions', coverage({ 'sessions:1:a': 10 }))).toBe(0)
  expect(landed.count(0, 'sessions', coverage({ 'sessions:1:a': 12, 'sessions:2:a': 5 }))).toBe(7)
})

it('what landed before a worker first looked is not counted as its own', async () => {
  const clean = new LandedUpdates(coldWith('a', 0))
  await clean.look(0, coverage({ 'sessions:1:a': 10 }))
  expect(clean.count(0, 'sessions', coverage({ 'sessions:1:a': 11 }))).toBe(1)
  const dirty = new LandedUpdates(coldWith('a', 4))
  await dirty.look(0, coverage({ 'sessions:1:a': 10 }, 1))
  expect(dirty.count(0, 'sessions', coverage({ 'sessions:1:a': 11 }))).toBe(7)
})

it('a record of a new history is counted from zero, beside the old one set aside', async () => {
  const landed = new LandedUpdates(coldWith('a', 0))
  await landed.look(0, undefined)
  landed.count(0, 'sessions', coverage({ 'sessions:1:a': 10 }))
  expect(landed.count(0, 'sessions', coverage({ 'sessions:1:a': 10, 'sessions:1:b': 3 }))).toBe(3)
})

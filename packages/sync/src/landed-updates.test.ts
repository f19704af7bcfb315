// Goal: updates are counted once as landed, from the first round of a worker on.
import type { Coverage } from '@weir/accumulator'
import { expect, it } from 'vitest'
import { LandedUpdates } from './landed-updates.ts'

function coverage(accepted: Record<string, number>): Coverage {
  const periods = Object.entries(accepted).map(([name, count]) => {
    const [accumulator = '', period = '', origin = ''] = name.split(':')
    return { accumulator, period: Number(period), origin, accepted: count, dirty: 0, touchedUs: 0, aside: false }
  })
  return { origin: 'a', timeUs: 0, marks: new Map(), periods }
}

it('each accepted update is counted in one round', () => {
  const landed = new LandedUpdates()
  landed.look(0, undefined)
  expect(landed.count(0, 'sessions', coverage({ 'sessions:1:a': 10, 'market:1:a': 10 }))).toBe(10)
  expect(landed.count(0, 'sessions', coverage({ 'sessions:1:a': 10 }))).toBe(0)
  expect(landed.count(0, 'sessions', coverage({ 'sessions:1:a': 12, 'sessions:2:a': 5 }))).toBe(7)
})

it('what was accepted before a worker first looked is not counted as its own', () => {
  const landed = new LandedUpdates()
  landed.look(0, coverage({ 'sessions:1:a': 10 }))
  expect(landed.count(0, 'sessions', coverage({ 'sessions:1:a': 11 }))).toBe(1)
})

it('a record of a new history is counted from zero, beside the old one set aside', () => {
  const landed = new LandedUpdates()
  landed.look(0, undefined)
  landed.count(0, 'sessions', coverage({ 'sessions:1:a': 10 }))
  expect(landed.count(0, 'sessions', coverage({ 'sessions:1:a': 10, 'sessions:1:b': 3 }))).toBe(3)
})

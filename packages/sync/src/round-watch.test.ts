// Goal: rounds come without the queue, come early under pressure, and never so often that they do not help.
import { expect, it } from 'vitest'
import { PressureGate } from './pressure-gate.ts'
import { RoundWatch } from './round-watch.ts'
import type { RoundPace } from './sync-rounds.ts'
import type { DirtyDepth } from './sync-status.ts'

const INTERVAL_MS = 30_000

function bench() {
  const paces = new Map<string, RoundPace>()
  const begin = (accumulator: string, atMs: number, isRunning = false) =>
    paces.set(accumulator, { isRunning, startedMs: atMs, movedMs: atMs })
  begin('sessions', 0)
  begin('market', 0)
  const gate = new PressureGate({ dirtyRowsMax: 100, waitMinMs: 1000, waitMaxMs: INTERVAL_MS })
  const intervalsMs = { sessions: INTERVAL_MS, market: 10_000 }
  const pace = (accumulator: string) => paces.get(accumulator) as RoundPace
  return { watch: new RoundWatch({ rounds: { pace }, intervalsMs, gate }), begin }
}

function depth(dirty: Record<string, number>, quarantined = 0): DirtyDepth {
  const total = Object.values(dirty).reduce((sum, rows) => sum + rows, 0)
  return { dirty, total, quarantined, oldestDirtyAgeSeconds: 0 }
}

it('a round that the queue let wait for more than its interval is due', () => {
  const { watch, begin } = bench()
  expect(watch.due(depth({}), 10_500)).toEqual([])
  expect(watch.due(depth({}), 11_000)).toEqual(['market'])
  begin('market', 11_000, true)
  expect(watch.due(depth({}), 31_000)).toEqual(['sessions'])
  expect(watch.due(undefined, 31_000)).toEqual(['sessions'])
})

it('too many dirty rows make rounds due of what is dirty and not running', () => {
  const { watch, begin } = bench()
  expect(watch.due(depth({ sessions: 100 }), 1000)).toEqual([])
  expect(watch.due(depth({ sessions: 101, market: 0 }), 1000)).toEqual(['sessions'])
  begin('sessions', 2000, true)
  expect(watch.due(depth({ sessions: 101, market: 5 }), 2000)).toEqual(['market'])
})

it('rows in quarantine are no pressure: a round would not bring them down', () => {
  const { watch } = bench()
  expect(watch.due(depth({ sessions: 500 }, 400), 1000)).toEqual([])
  expect(watch.due(depth({ sessions: 502 }, 400), 1000)).toEqual(['sessions'])
})

it('where rounds do not bring the dirty rows down, they come ever more rarely, until they help again', () => {
  const gate = new PressureGate({ dirtyRowsMax: 100, waitMinMs: 1000, waitMaxMs: 8000 })
  const synced = Array.from({ length: 40 }, (_, second) => second * 1000).filter((nowMs) => gate.shouldSync(500, nowMs))
  expect(synced).toEqual([0, 1000, 3000, 7000, 15_000, 23_000, 31_000, 39_000])
  expect(gate.shouldSync(100, 40_000)).toBe(false)
  expect(gate.shouldSync(101, 41_000)).toBe(true)
})

it('three intervals without a sign of life are told, a long round that gets on is not', () => {
  const { watch, begin } = bench()
  expect(watch.late(31_000)).toEqual([])
  expect(watch.late(31_001)).toEqual(['market: no round began or got on for 31 s'])
  begin('market', 31_000, true)
  expect(watch.late(40_000)).toEqual([])
  expect(watch.late(92_000)).toHaveLength(2)
})

// Goal: the whole benchmark stays short enough to be run, and a resumed one runs what is missing and nothing else.
import { describe, expect, it } from 'vitest'
import { estimateSeconds, plannedSteps } from './planned-steps.ts'
import type { Publication, StepRecord } from './publication.ts'
import { FULL } from './scale.ts'
import { stepNames } from './step-names.ts'

const MINUTES_MAX = 35

it('the whole run is planned to fit into 35 minutes, its soak included', () => {
  const seconds = stepNames.reduce((sum, name) => sum + estimateSeconds(name, FULL), 0)
  expect(seconds / 60).toBeLessThanOrEqual(MINUTES_MAX)
  expect(FULL.soakSeconds).toBe(600)
  expect(FULL.rounds).toBeGreaterThanOrEqual(3)
})

describe('a resumed run', () => {
  const record: StepRecord = {
    commit: 'abc',
    startedAt: '2026-01-02T03:04:05.000Z',
    seconds: 1,
    busyCoresBefore: 0,
    isPartial: false,
    figures: {},
  }
  const steps: Publication['steps'] = {
    contenders: record,
    growth: { ...record, commit: 'older' },
    micro: { ...record, failure: 'it broke' },
    drain: { ...record, isPartial: true },
    soak: record,
  }
  const earlier = { steps } as Publication

  it('leaves out what is there whole, of its commit', () => {
    const names = plannedSteps({ steps: stepNames, resume: true }, earlier, 'abc')
    expect(names).toEqual(['growth', 'micro', 'drain', 'latency', 'reference', 'profile'])
  })

  it('runs everything where the sources have changed since the commit', () => {
    const changed = { steps: { soak: { ...record, commit: 'abc + changes' } } } as Publication
    expect(plannedSteps({ steps: stepNames, resume: true }, changed, 'abc + changes')).toEqual(stepNames)
  })
})

it('a run that is not resumed repeats what is there', () => {
  expect(plannedSteps({ steps: ['soak'], resume: false }, undefined, 'abc')).toEqual(['soak'])
})

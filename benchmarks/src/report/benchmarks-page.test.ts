// Goal: the page hides nothing that makes its figures worse or less sure. Method: a step of each fault, made up.
import { describe, expect, it } from 'vitest'
import type { Figures, StepRecord } from '../publication.ts'
import { benchmarksPage } from './benchmarks-page.ts'
import { machine } from './testing/made-up-machine.ts'

const quiet: StepRecord = {
  commit: 'abc',
  startedAt: '2026-01-02T03:04:05.000Z',
  seconds: 95,
  busyCoresBefore: 0.02,
  isPartial: false,
  figures: {},
}

function pageOf(steps: Figures['steps'], given: Partial<typeof machine> = {}): string {
  return benchmarksPage({ machine: { ...machine, ...given }, steps, contenders: [] }, {})
}

describe('the page', () => {
  it('warns of nothing after a whole run on a quiet machine', () => {
    expect(pageOf({ contenders: quiet, soak: quiet })).not.toMatch(
      /busy before|used the processor|another commit|full scale/,
    )
  })

  it('warns of a machine that was busy before, and of a step that others disturbed', () => {
    expect(pageOf({}, { loadBefore: 0.51 })).toContain('The machine was busy before the run')
    const page = pageOf({ contenders: quiet, drain: { ...quiet, busyCoresBefore: 0.51 } })
    expect(page).toContain('Others used the processor when these steps began: drain.')
  })

  it('tells which steps are of another commit, or not whole', () => {
    expect(pageOf({ micro: { ...quiet, commit: 'older' } })).toContain(
      'of another commit, told at the end of the page: micro',
    )
    expect(pageOf({ micro: { ...quiet, isPartial: true } })).toContain('Not at full scale, no figures to go by: micro')
  })

  it('tells of a step that failed, and how long each took', () => {
    const page = pageOf({ latency: { ...quiet, failure: 'the pod answered 503\nand more' } })
    expect(page).toContain('**The step latency failed**: the pod answered 503\n')
    expect(page).toMatch(/\| latency \| abc \| 2026-01-02 03:04 \| 1:35 min \| 0.02 \|/)
  })
})

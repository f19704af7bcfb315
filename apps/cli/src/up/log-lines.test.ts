import { describe, expect, it } from 'vitest'
import { createLogShortener } from './log-lines.ts'

function shortener() {
  let nowMs = 0
  const shorten = createLogShortener({ monotonicMs: () => nowMs })
  return { shorten, pass: (ms: number) => (nowMs += ms) }
}

const line = (fields: object) => `${JSON.stringify({ level: 'warn', name: 'sync', msg: 'it failed', ...fields })}\n`

describe('createLogShortener', () => {
  it('shows an expected error without its stack', () => {
    const { shorten } = shortener()
    const err = { message: 'connect ECONNREFUSED', code: 'ECONNREFUSED', stack: 'Error: at …' }
    expect(shorten(line({ level: 'error', err }))).toBe('sync: it failed (connect ECONNREFUSED)')
  })

  it('shows the stack of a bug', () => {
    const { shorten } = shortener()
    expect(shorten(line({ level: 'error', err: { message: 'bug', stack: 'Error: bug\n  at x' } }))).toContain('at x')
  })

  it('does not repeat a line for a minute', () => {
    const { shorten, pass } = shortener()
    expect(shorten(line({}))).toBe('sync: it failed')
    pass(59_000)
    expect(shorten(line({}))).toBeUndefined()
    expect(shorten(line({ msg: 'something else' }))).toBe('sync: something else')
    pass(1_000)
    expect(shorten(line({}))).toBe('sync: it failed')
  })

  it('passes on what is no log line', () => {
    expect(shortener().shorten('plain\n')).toBe('plain')
  })
})

import type { Clock } from '@weir/service'
import { describe, expect, it } from 'vitest'
import { type Attempt, withRetries } from './retries.ts'

function harness(patienceMs: number) {
  let nowMs = 0
  const waits: number[] = []
  const clock: Clock = {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    sleep: async (ms) => {
      nowMs += ms
      waits.push(ms)
    },
  }
  const random = { hex: () => '', fraction: () => 1 }
  const stop = new AbortController()
  const options = { clock, random, signal: stop.signal, patienceMs: () => patienceMs, onWait: () => {} }
  return { options, waits, stop }
}

const again: Attempt<string> = {
  kind: 'again',
  reason: 'http://x cannot be reached (ECONNREFUSED)',
  retryAfterMs: undefined,
}

describe('withRetries', () => {
  it('waits longer after each failure, until it is done', async () => {
    const { options, waits } = harness(60_000)
    let failures = 3
    const value = await withRetries(async () => (failures-- > 0 ? again : { kind: 'done', value: 'yes' }), options)
    expect(value).toBe('yes')
    expect(waits).toEqual([100, 200, 400])
  })

  it('waits as long as the server asks', async () => {
    const { options, waits } = harness(60_000)
    let failures = 1
    await withRetries(
      async () => (failures-- > 0 ? { ...again, retryAfterMs: 7000 } : { kind: 'done', value: '' }),
      options,
    )
    expect(waits).toEqual([7000])
  })

  it('ends in an unreachable server when its patience does', async () => {
    const { options } = harness(1000)
    await expect(withRetries(async () => again, options)).rejects.toMatchObject({
      code: 'WEIR_CLI_UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    })
  })

  it('ends at once when it is interrupted', async () => {
    const { options, stop } = harness(60_000)
    const ended = withRetries(async () => {
      stop.abort()
      return again
    }, options)
    await expect(ended).rejects.toMatchObject({ code: 'WEIR_CLI_INTERRUPTED' })
  })
})

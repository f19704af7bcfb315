import { describe, expect, it } from 'vitest'
import { shardOf } from './shard-of.ts'

describe('shardOf', () => {
  it('never changes: rows of a symbol stay where they are', () => {
    expect(['SPY', 'BAC', 'AIG', 'IBM', 'Ünïcøde', ''].map((symbol) => shardOf(symbol, 16))).toMatchInlineSnapshot(`
      [
        11,
        2,
        6,
        5,
        7,
        11,
      ]
    `)
  })

  it('spreads symbols evenly', () => {
    const counts = Array.from({ length: 16 }, () => 0)
    for (let index = 0; index < 16_000; index++) counts[shardOf(`SYM${index}`, 16)]!++
    for (const count of counts) expect(count).toBeGreaterThan(800)
  })
})

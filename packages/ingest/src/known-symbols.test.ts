import { TextColumn } from '@weir/accumulator'
import { describe, expect, it } from 'vitest'
import { KnownSymbols, NO_SYMBOL } from './known-symbols.ts'

const SAME_HASH = 7

function idOfBytes(symbols: KnownSymbols, text: string, column: TextColumn): number {
  return symbols.idOfBytes(Buffer.from(`,${text},`), 1, text.length, SAME_HASH, column)
}

describe('symbols that were seen before', () => {
  it('get ids of their own in each column, counted from 0', () => {
    const symbols = new KnownSymbols()
    const [first, second] = [new TextColumn(new Int32Array(1)), new TextColumn(new Int32Array(1))]
    expect(['A', 'B', 'A'].map((text) => symbols.idOf(text, first))).toEqual([0, 1, 0])
    expect(['C', 'B', 'C'].map((text) => idOfBytes(symbols, text, second))).toEqual([0, 1, 0])
    // Back to a column that has texts already.
    expect(['C', 'B', 'A'].map((text) => symbols.idOf(text, first))).toEqual([2, 1, 0])
    expect([first.values, second.values]).toEqual([
      ['A', 'B', 'C'],
      ['C', 'B'],
    ])
  })

  it('have one id by text and by bytes', () => {
    const symbols = new KnownSymbols()
    const column = new TextColumn(new Int32Array(1))
    expect(symbols.idOf('SPY', column)).toBe(idOfBytes(symbols, 'SPY', column))
    expect(idOfBytes(symbols, 'IBM', column)).toBe(symbols.idOf('IBM', column))
  })

  // 100,000 that were compared with each other would take longer than a test may.
  it('stay apart where all of them share a hash, and are not compared with each other', () => {
    const symbols = new KnownSymbols()
    const column = new TextColumn(new Int32Array(1))
    const texts = Array.from({ length: 100_000 }, (_, index) => `S${index}`)
    for (let pass = 0; pass < 2; pass++) {
      expect(texts.every((text, index) => idOfBytes(symbols, text, column) === index)).toBe(true)
    }
    // There were too many: they are forgotten before the next column.
    const next = new TextColumn(new Int32Array(1))
    expect([idOfBytes(symbols, 'S9', next), symbols.idOf('S0', next), idOfBytes(symbols, 'S9', next)]).toEqual([
      0, 1, 0,
    ])
  })

  it('are checked when they are first seen, and what is none stays none', () => {
    const symbols = new KnownSymbols()
    const column = new TextColumn(new Int32Array(1))
    for (const text of ['', 'X'.repeat(33), 'a\tb', 'a\tb']) expect(symbols.idOf(text, column)).toBe(NO_SYMBOL)
    expect(column.values).toEqual([])
  })
})

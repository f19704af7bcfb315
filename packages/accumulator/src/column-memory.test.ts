import { describe, expect, it } from 'vitest'
import { ColumnMemory } from './column-memory.ts'
import { EventBatch } from './event-batch.ts'

const input = { name: 'ticks', texts: ['symbol'], measures: { price: 2 } }

function fill(batch: EventBatch, count: number, from: number): void {
  for (let index = 0; index < count; index++) batch.add(index, from + index, [`S${index % 3}`], [from + index])
}

describe('memory for columns', () => {
  it('serves one batch after another, which sees nothing of what was there', () => {
    const memory = new ColumnMemory()
    const first = new EventBatch(input, 1000, memory)
    fill(first, 1000, 1)
    const columns = new Set([first.timeUs, first.measures[0]?.values])
    first.release()
    expect([first.count, first.timeUs.length, first.texts[0]?.ids.length]).toEqual([0, 0, 0])
    const second = new EventBatch(input, 800, memory)
    expect([columns.has(second.timeUs), columns.has(second.measures[0]?.values)]).toEqual([true, true])
    expect([second.count, second.texts[0]?.values]).toEqual([0, []])
    fill(second, 800, 5000)
    expect([second.timeUs[799], second.texts[0]?.at(799), second.measures[0]?.at(799)]).toEqual([5799, 'S1', 5799n])
  })

  it('never serves two batches at once', () => {
    const memory = new ColumnMemory()
    const batches = Array.from({ length: 4 }, () => new EventBatch(input, 1000, memory))
    for (const [at, batch] of batches.entries()) fill(batch, 3000, at * 10_000)
    expect(batches.map(({ timeUs }) => timeUs[2999])).toEqual([2999, 12_999, 22_999, 32_999])
    expect(batches.map(({ measures }) => measures[0]?.at(0))).toEqual([0n, 10_000n, 20_000n, 30_000n])
  })

  it('gives a column to one batch only, also where a batch was released twice', () => {
    const memory = new ColumnMemory()
    const batches = Array.from({ length: 30 }, () => new EventBatch(input, 1000, memory))
    for (const batch of batches) {
      batch.release()
      batch.release()
    }
    const again = Array.from({ length: 80 }, () => memory.doubles(1000))
    expect(new Set(again).size).toBe(80)
  })

  it('keeps 16 MB of them, and none that are very large', () => {
    const memory = new ColumnMemory()
    const columns = (length: number, count: number) => Array.from({ length: count }, () => memory.doubles(length))
    const release = (given: readonly Float64Array[]) => {
      for (const column of given) memory.moveDoubles(column, 0)
    }
    const given = columns(131_072, 20)
    release(given)
    expect(columns(131_072, 20).filter((column) => given.includes(column))).toHaveLength(16)
    const large = columns(300_000, 2)
    release(large)
    expect(columns(300_000, 2).filter((column) => large.includes(column))).toEqual([])
  })
})

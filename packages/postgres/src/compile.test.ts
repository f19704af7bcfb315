import { count, defineAccumulator, first, max, sessionsAccumulator, window } from '@weir/accumulator'
import { describe, expect, it } from 'vitest'
import { compileTable } from './compile-table.ts'
import { compileUpsert } from './compile-upsert.ts'

const sessions = sessionsAccumulator({ priceDigits: 4, volumeDigits: 0, zone: 'UTC' })

function accumulatorOf(fields: Parameters<typeof defineAccumulator>[0]['fields']) {
  return defineAccumulator({
    name: 'order',
    table: 'order_parts',
    period: window({ seconds: 60, column: 'end' }),
    key: ['user'],
    feeds: [{ input: { name: 'ticks', texts: ['user'], measures: { price: 4 } } }],
    fields,
  })
}

describe('the compiler', () => {
  it('gives the upsert of an accumulator one text, whatever is sent', () => {
    expect(compileUpsert(sessions)).toBe(compileUpsert(sessions))
    expect(compileUpsert(sessions).match(/\$\d+/g)?.length).toBe(compileUpsert(sessions).match(/\[\]/g)!.length + 1)
  })

  it('quotes names that SQL reserves', () => {
    const order = accumulatorOf({ all: count(), select: max('price') })
    expect(compileTable(order)).toContain('primary key ("end", "user", origin)')
    expect(compileUpsert(order)).toContain('"select" = greatest(p."select", excluded."select")')
  })

  it('refuses fields whose columns would share a name', () => {
    expect(() => compileTable(accumulatorOf({ price: first('price'), price_time: count() }))).toThrow(/price_time/)
    expect(() => compileTable(accumulatorOf({ updates: count() }))).toThrow(/updates/)
  })
})

// Goal: whatever rows are bad, exactly they are told apart, all others are written, and the search costs little and ends.
import { StoreError } from '@weir/accumulator'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { upsertBisecting } from './upsert-bisecting.ts'

/** A table that takes no batch with a bad row in it. */
function table(bad: ReadonlySet<number>) {
  const taken: number[] = []
  let statements = 0
  const upsert = async (rows: readonly number[]) => {
    statements += 1
    if (rows.some((row) => bad.has(row))) throw new StoreError('WEIR_ROW_REFUSED', 'too large')
    taken.push(...rows)
    return rows.length
  }
  return { taken, upsert, statements: () => statements }
}

const ordered = (rows: readonly number[]) => rows.toSorted((a, b) => a - b)
const rowsUpTo = (count: number) => Array.from({ length: count }, (_, index) => index)

describe('upsertBisecting', () => {
  it('writes every good row once and names every bad one, whatever is bad', async () => {
    const marked = fc.array(fc.boolean(), { maxLength: 70 })
    const property = fc.asyncProperty(marked, fc.nat(5), async (marks, refusedMax) => {
      const rows = rowsUpTo(marks.length)
      const bad = new Set(rows.filter((row) => marks[row]))
      const { taken, upsert } = table(bad)
      const { changed, written, refused, untold } = await upsertBisecting(upsert, rows, refusedMax)
      expect(ordered(taken)).toEqual(ordered(written))
      expect(changed).toBe(written.length)
      expect(refused.every(({ row }) => bad.has(row))).toBe(true)
      expect(refused.length).toBe(Math.min(bad.size, refusedMax))
      expect(ordered([...written, ...refused.map(({ row }) => row), ...untold])).toEqual(rows)
      expect(bad.size <= refusedMax && untold.length > 0).toBe(false)
    })
    await fc.assert(property, { numRuns: 300 })
  })

  it('finds one bad row of a thousand in at most 21 statements', async () => {
    for (const row of [0, 1, 499, 500, 777, 999]) {
      const { upsert, statements } = table(new Set([row]))
      const { refused, written } = await upsertBisecting(upsert, rowsUpTo(1000), 20)
      expect(refused).toMatchObject([{ row }])
      expect(written).toHaveLength(999)
      expect(statements()).toBeLessThanOrEqual(21)
    }
  })

  it('ends its search in a table that takes nothing', async () => {
    const { upsert, statements } = table(new Set(rowsUpTo(1000)))
    const { written, refused, untold } = await upsertBisecting(upsert, rowsUpTo(1000), 20)
    expect(written).toEqual([])
    expect(refused.length + untold.length).toBe(1000)
    expect(statements()).toBeLessThan(80)
  })

  it('tells a row that is taken from a table that takes nothing', async () => {
    const { upsert } = table(new Set(rowsUpTo(999)))
    expect((await upsertBisecting(upsert, rowsUpTo(1000), 20)).written).toEqual([999])
  })

  it('searches nothing where no row is to blame', async () => {
    let statements = 0
    const away = async () => {
      statements += 1
      throw new StoreError('WEIR_STORE_UNREACHABLE', 'away')
    }
    await expect(upsertBisecting(away, [1, 2, 3], 20)).rejects.toMatchObject({ code: 'WEIR_STORE_UNREACHABLE' })
    expect(statements).toBe(1)
  })
})

/**
 * An upsert that finds the rows that PostgreSQL refuses: the batch is halved until they stand alone, and all others are written.
 * One bad row of n costs about 2 log2 n statements; where many are bad, the search ends, for it is hardly the rows then.
 */
import { StoreError } from '@weir/accumulator'

export interface Bisected<Row> {
  /** Rows that changed in PostgreSQL. */
  readonly changed: number
  readonly written: readonly Row[]
  readonly refused: readonly { readonly row: Row; readonly error: StoreError }[]
  /** Not told apart: a bad row is among them, and the search has ended. */
  readonly untold: readonly Row[]
  /** Why the first of what was refused was so. */
  readonly firstError: StoreError | undefined
}

/** Throws what is no row's fault. */
export async function upsertBisecting<Row>(
  upsert: (rows: readonly Row[]) => Promise<number>,
  rows: readonly Row[],
  refusedMax: number,
): Promise<Bisected<Row>> {
  let changed = 0
  let firstError: StoreError | undefined
  const written: Row[] = []
  const refused: { row: Row; error: StoreError }[] = []
  const untold: Row[] = []

  async function attempt(some: readonly Row[]): Promise<StoreError | undefined> {
    try {
      changed += await upsert(some)
      written.push(...some)
      return undefined
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'WEIR_ROW_REFUSED') throw error
      firstError ??= error
      return error
    }
  }

  /** Whether all of them were written. `known`: why they are not, where that is known beforehand. */
  async function bisect(some: readonly Row[], known?: StoreError): Promise<boolean> {
    const [first] = some
    if (first === undefined) return true
    const error = known !== undefined && some.length > 1 ? known : await attempt(some)
    if (error === undefined) return true
    if (refused.length >= refusedMax) untold.push(...some)
    else if (some.length === 1) refused.push({ row: first, error })
    else {
      const middle = Math.ceil(some.length / 2)
      const isFirstHalfFine = await bisect(some.slice(0, middle))
      await bisect(some.slice(middle), isFirstHalfFine ? error : undefined)
    }
    return false
  }

  await bisect(rows)
  // Whether any row is taken at all tells bad rows from a table that takes none.
  const last = written.length === 0 ? untold.at(-1) : undefined
  if (last !== undefined && (await attempt([last])) === undefined) untold.pop()
  return { changed, written, refused, untold, firstError }
}

/** What a row costs in PostgreSQL: Weir's upsert on one connection, 1,000 rows a statement: new rows, changed ones, none changed. */
import type { ColdRow } from '@weir/accumulator'
import { PostgresColdStore } from '@weir/postgres'
import { benchLayout } from '../bench-layout.ts'
import { openColdStore } from '../servers/bench-cold-store.ts'
import { benchTicks } from '../ticks/bench-ticks.ts'
import { rowsOfTicks } from '../ticks/fold-ticks.ts'
import type { MicroResult } from './micro-result.ts'

const ACCUMULATOR = 'sessions'
const BATCH_ROWS = 1000
const US_PER_MS = 1000
const ORIGIN = '0'.repeat(32)

export async function microPostgres(databaseUrl: string, rows: number): Promise<MicroResult[]> {
  const layout = benchLayout()
  const db = await openColdStore(databaseUrl, layout)
  try {
    const cold = new PostgresColdStore(db, layout)
    const market = benchTicks({ market: 'flat', symbols: rows, ticks: rows })
    const ticks = Array.from({ length: rows }, (_, index) => market.tick(index))
    const fresh = rowsOfTicks(layout, ACCUMULATOR, ticks, ORIGIN)
    const changed = rowsOfTicks(layout, ACCUMULATOR, [...ticks, ...ticks], ORIGIN)
    const kinds = [
      ['new rows', fresh],
      ['rows that changed', changed],
      ['rows that did not change', changed],
    ] as const
    const results: MicroResult[] = []
    for (const [kind, given] of kinds) {
      const usEach = await upsertAll(cold, given)
      results.push({ operation: 'upsert', detail: `${ACCUMULATOR}, ${kind}, 1,000 a statement`, unit: 'row', usEach })
    }
    return results
  } finally {
    await db.destroy()
  }
}

async function upsertAll(cold: PostgresColdStore, rows: readonly ColdRow[]): Promise<number> {
  const startedMs = performance.now()
  for (let at = 0; at < rows.length; at += BATCH_ROWS)
    await cold.upsert(ACCUMULATOR, 0, rows.slice(at, at + BATCH_ROWS))
  return ((performance.now() - startedMs) * US_PER_MS) / rows.length
}

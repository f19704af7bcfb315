/** The statements that Weir would send to PostgreSQL for these rows, text and parameters, so that they can be sent without Weir. */
import type { ColdRow, Layout } from '@weir/accumulator'
import { type Postgres, PostgresColdStore } from '@weir/postgres'

export interface RecordedUpsert {
  readonly text: string
  readonly values: readonly unknown[]
  readonly rows: number
}

export async function recordUpserts(
  layout: Layout,
  accumulator: string,
  rows: readonly ColdRow[],
  batchRows: number,
): Promise<RecordedUpsert[]> {
  const recorded: RecordedUpsert[] = []
  let size = 0
  const executeQuery = async ({ sql, parameters }: { sql: string; parameters: readonly unknown[] }) => {
    recorded.push({ text: sql, values: parameters, rows: size })
    return { rows: [], numAffectedRows: 0n }
  }
  // The store calls nothing else of its database for an upsert.
  const store = new PostgresColdStore({ executeQuery } as unknown as Postgres, layout)
  for (let at = 0; at < rows.length; at += batchRows) {
    const batch = rows.slice(at, at + batchRows)
    size = batch.length
    await store.upsert(accumulator, 0, batch)
  }
  return recorded
}

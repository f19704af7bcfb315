/**
 * What PostgreSQL itself can take: Weir's own upsert statement, with parameters that lie ready, sent by `pg` on as many
 * connections as the sync has. Rows, not ticks.
 */
import { compileTable } from '@weir/postgres'
import type pg from 'pg'
import { benchLayout } from '../bench-layout.ts'
import { type RecordedUpsert, recordUpserts } from '../servers/recorded-upserts.ts'
import { foldAll, readColumns, rowsOf } from '../ticks/fold-ticks.ts'
import type { Contender, ContenderDeps } from './contender.ts'
import { inFlight } from './in-flight.ts'
import { connectPlain } from './postgres-tick.ts'
import { objectBatches } from './weir-embedded.ts'

const ORIGIN = '0'.repeat(32)

export function postgresLimit({ databaseUrl, settings }: ContenderDeps): Contender {
  const layout = benchLayout()
  const [sessions] = layout.accumulators
  if (sessions === undefined) throw new Error('a layout has an accumulator')
  let clients: pg.Client[] = []
  let upserts: RecordedUpsert[] = []

  async function send(index: number, slot: number): Promise<number> {
    const upsert = upserts[index]
    if (upsert === undefined) return 0
    const { text, values } = upsert
    const result = await clients[slot]?.query({ name: 'upsert', text, values: [...values] })
    return result?.rowCount ?? 0
  }

  return {
    async prepare(ticks) {
      const deltas = foldAll(sessions, readColumns(sessions, objectBatches(ticks, ticks.count).flat()))
      upserts = await recordUpserts(layout, sessions.name, rowsOf(deltas, ORIGIN), settings.batchTicks)
      clients = await Promise.all(Array.from({ length: settings.inFlight }, () => connectPlain(databaseUrl)))
    },
    async reset() {
      await clients[0]?.query(`drop table if exists ${sessions.table}`)
      await clients[0]?.query(compileTable(sessions))
    },
    run: (untilMs) => inFlight({ batches: upserts.length, atOnce: settings.inFlight, untilMs, passesMax: 1 }, send),
    async counted() {
      const result = await clients[0]?.query<{ rows: string }>(`select count(*) as rows from ${sessions.table}`)
      return { ticks: Number(result?.rows[0]?.rows) }
    },
    pids: () => [],
    async close() {
      await Promise.all(clients.map((client) => client.end()))
    },
  }
}

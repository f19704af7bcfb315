/**
 * What PostgreSQL itself can take: Weir's own upsert statement, with parameters that lie ready, sent by `pg` on as many
 * connections and in the order that the sync has. Rows, not ticks; each run begins with an empty table.
 */
import { type Accumulator, type Layout, shardOf } from '@weir/accumulator'
import type pg from 'pg'
import { benchLayout } from '../bench-layout.ts'
import { openColdStore } from '../servers/bench-cold-store.ts'
import { type RecordedUpsert, recordUpserts } from '../servers/recorded-upserts.ts'
import type { BenchTicks } from '../ticks/bench-ticks.ts'
import { rowsOfTicks } from '../ticks/fold-ticks.ts'
import type { Contender, ContenderDeps } from './contender.ts'
import { inFlight } from './in-flight.ts'
import { connectPlain } from './postgres-tick.ts'

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
      await (await openColdStore(databaseUrl, layout)).destroy()
      const ofShards = await recordShards(layout, sessions, ticks, settings.batchTicks)
      upserts = inTurn(ofShards, settings.inFlight)
      clients = await Promise.all(Array.from({ length: settings.inFlight }, () => connectPlain(databaseUrl)))
    },
    async reset() {
      await clients[0]?.query(`truncate ${sessions.table}`)
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

/** The upserts of each shard, batch by batch; a symbol of these ticks occurs once. */
async function recordShards(
  layout: Layout,
  accumulator: Accumulator,
  ticks: BenchTicks,
  batchRows: number,
): Promise<RecordedUpsert[][]> {
  const indexes: number[][] = Array.from({ length: layout.shards }, () => [])
  for (let index = 0; index < ticks.count; index++) {
    indexes[shardOf(ticks.tick(index).symbol, layout.shards)]?.push(index)
  }
  const ofShards: RecordedUpsert[][] = []
  for (const ofShard of indexes) {
    const recorded: RecordedUpsert[] = []
    for (let from = 0; from < ofShard.length; from += batchRows) {
      const batch = ofShard.slice(from, from + batchRows).map((index) => ticks.tick(index))
      const rows = rowsOfTicks(layout, accumulator.name, batch, ORIGIN)
      recorded.push(...(await recordUpserts(layout, accumulator.name, rows, batchRows)))
    }
    ofShards.push(recorded)
  }
  return ofShards
}

/** Some lists at a time: the first of each, the second of each and so on; then the next lists. */
function inTurn<Value>(lists: readonly (readonly Value[])[], atOnce: number): Value[] {
  const taken: Value[] = []
  for (let from = 0; from < lists.length; from += atOnce) {
    const group = lists.slice(from, from + atOnce)
    const longest = Math.max(...group.map(({ length }) => length))
    for (let place = 0; place < longest; place++) taken.push(...group.flatMap((list) => list.slice(place, place + 1)))
  }
  return taken
}

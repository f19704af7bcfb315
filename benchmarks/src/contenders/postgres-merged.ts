/**
 * Ticks merged in the process, 1,000 at a time, and added to PostgreSQL in one statement: the best one can do without Redis. A
 * statement whose answer is lost, and is sent again, counts twice.
 */
import type pg from 'pg'
import type { BenchTick } from '../ticks/bench-ticks.ts'
import type { Contender, ContenderDeps } from './contender.ts'
import { inFlight } from './in-flight.ts'
import { countedInPlainTable, createPlainTable, PLAIN_TABLE } from './plain-table.ts'
import { connectPlain } from './postgres-tick.ts'
import { objectBatches } from './weir-embedded.ts'

/** In the order of the key, so that two statements at once wait for each other and never deadlock. */
const UPSERT = `
insert into ${PLAIN_TABLE} as p
select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::numeric[], $5::numeric[], $6::numeric[], $7::numeric[],
  $8::numeric[]) as s (symbol, ticks, volume, notional, open, high, low, close) order by symbol
on conflict (symbol) do update set
  ticks = p.ticks + excluded.ticks, volume = p.volume + excluded.volume, notional = p.notional + excluded.notional,
  high = greatest(p.high, excluded.high), low = least(p.low, excluded.low), close = excluded.close`

type MergedRow = [symbol: string, ticks: number, volume: number, notional: number, ...ohlc: number[]]

export function postgresMerged({ databaseUrl, settings }: ContenderDeps): Contender {
  let clients: pg.Client[] = []
  let batches: BenchTick[][] = []

  async function send(batch: number, slot: number): Promise<number> {
    const ticks = batches[batch] ?? []
    const rows = mergeTicks(ticks)
    const values = [0, 1, 2, 3, 4, 5, 6, 7].map((column) => rows.map((row) => row[column]))
    await clients[slot]?.query({ name: 'merged', text: UPSERT, values })
    return ticks.length
  }

  return {
    async prepare(ticks) {
      batches = objectBatches(ticks, settings.batchTicks)
      clients = await Promise.all(Array.from({ length: settings.inFlight }, () => connectPlain(databaseUrl)))
    },
    reset: () => createPlainTable(clients[0]),
    run: (untilMs) => inFlight({ batches: batches.length, atOnce: settings.inFlight, untilMs }, send),
    counted: () => countedInPlainTable(clients[0]),
    pids: () => [],
    async close() {
      await Promise.all(clients.map((client) => client.end()))
    },
  }
}

function mergeTicks(ticks: readonly BenchTick[]): MergedRow[] {
  const rows = new Map<string, MergedRow>()
  for (const { symbol, price, volume } of ticks) {
    const row = rows.get(symbol)
    if (row === undefined) {
      rows.set(symbol, [symbol, 1, volume, price * volume, price, price, price, price])
      continue
    }
    row[1]++
    row[2] += volume
    row[3] += price * volume
    row[5] = Math.max(row[5] as number, price)
    row[6] = Math.min(row[6] as number, price)
    row[7] = price
  }
  return [...rows.values()]
}

/** One PostgreSQL upsert a tick, a transaction each, on several connections. */
import pg from 'pg'
import type { BenchTick } from '../ticks/bench-ticks.ts'
import type { Contender, ContenderDeps } from './contender.ts'
import { inFlight } from './in-flight.ts'
import { countedInPlainTable, createPlainTable, PLAIN_TABLE } from './plain-table.ts'

const UPSERT = `
insert into ${PLAIN_TABLE} as p values ($1, 1, $3::bigint, $2::numeric * $3::bigint, $2, $2, $2, $2)
on conflict (symbol) do update set
  ticks = p.ticks + 1, volume = p.volume + excluded.volume, notional = p.notional + excluded.notional,
  high = greatest(p.high, excluded.high), low = least(p.low, excluded.low), close = excluded.close`

export function postgresTick({ databaseUrl, settings }: ContenderDeps): Contender {
  let clients: pg.Client[] = []
  let ticks: readonly BenchTick[] = []

  async function send(index: number, slot: number): Promise<number> {
    const tick = ticks[index]
    const values = [tick?.symbol, tick?.price, tick?.volume]
    const result = await clients[slot]?.query({ name: 'upsert', text: UPSERT, values })
    return result?.rowCount ?? 0
  }

  return {
    async prepare(given) {
      ticks = given.all()
      clients = await Promise.all(Array.from({ length: settings.inFlight }, () => connectPlain(databaseUrl)))
    },
    reset: () => createPlainTable(clients[0]),
    run: (untilMs) => inFlight({ batches: ticks.length, atOnce: settings.inFlight, untilMs }, send),
    counted: () => countedInPlainTable(clients[0]),
    pids: () => [],
    async close() {
      await Promise.all(clients.map((client) => client.end()))
    },
  }
}

export async function connectPlain(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  return client
}

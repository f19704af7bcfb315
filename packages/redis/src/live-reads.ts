/** What live reads ask of Redis, beside `readRows`: which periods there are, which keys, and all rows of some periods. */
import { type ColdRow, isPackedRow, keyOfField, type LiveRows, type PeriodRecord, unpackRow } from '@weir/accumulator'
import { classifyError } from './classify-error.ts'
import { periodRecords } from './coverage.ts'
import type { StoreContext } from './store-context.ts'

export async function readPeriods(context: StoreContext, shard: number, name: string): Promise<PeriodRecord[]> {
  const { redis } = context
  const stored = await redis.hgetall(context.keysOf(shard).periods).catch((error: unknown) => {
    throw classifyError(redis, error, 'periods')
  })
  const ofAccumulator = Object.entries(stored).filter(([field]) => field.startsWith(`${name}:`))
  return periodRecords(ofAccumulator.flat())
}

/** HKEYS: a few ns a name of Redis's time, where a page of rows takes as many µs. */
export async function readKeys(context: StoreContext, shard: number, name: string, period: number): Promise<string[]> {
  const { redis } = context
  const fields = await redis.hkeys(context.keysOf(shard).rows(name, period)).catch((error: unknown) => {
    throw classifyError(redis, error, 'keys')
  })
  return [...new Set(fields.map(keyOfField))]
}

export async function readPeriodRows(
  context: StoreContext,
  shard: number,
  name: string,
  periods: readonly number[],
): Promise<LiveRows> {
  const rows: ColdRow[] = []
  const unreadable: string[] = []
  if (periods.length === 0) return { rows, unreadable }
  const accumulator = context.accumulator(name)
  const keys = context.keysOf(shard)
  const hashes = periods.map((period) => keys.rows(name, period))
  const reply = (await context.run('read-periods', hashes, [])) as (number | Buffer)[]
  let at = 0
  for (const period of periods) {
    const count = Number(reply[at++])
    for (let row = 0; row < count; row++, at += 2) {
      const field = String(reply[at])
      const packed = reply[at + 1] as Buffer
      if (isPackedRow(accumulator, packed)) {
        rows.push({ period, key: keyOfField(field), row: unpackRow(accumulator, packed) })
      } else unreadable.push(field)
    }
  }
  return { rows, unreadable }
}

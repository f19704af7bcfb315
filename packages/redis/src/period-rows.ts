/** A period's rows as a whole: reading them, sending them again, dropping them. */
import { type DropRequest, isPackedRow, keyOfField, type RowPage, type RowQuery, unpackRow } from '@weir/accumulator'
import { periodField } from './keys.ts'
import type { StoreContext } from './store-context.ts'

export async function readRows(
  context: StoreContext,
  shard: number,
  name: string,
  period: number,
  query: RowQuery,
): Promise<RowPage> {
  const keys = context.keysOf(shard)
  const accumulator = context.accumulator(name)
  const asked = query.kind === 'keys' ? ['keys', ...query.keys] : ['page', query.cursor, query.rowsMax]
  const reply = await context.run(
    'read-rows',
    [keys.rows(name, period), keys.dirty(name), keys.aside(name)],
    [`${period}:`, ...asked],
  )
  const [cursor, ...flat] = reply as [Buffer, ...Buffer[]]
  const rows = []
  const unreadable = []
  for (let index = 0; index < flat.length; index += 3) {
    const field = String(flat[index])
    const packed = flat[index + 1] as Buffer
    if (!isPackedRow(accumulator, packed)) {
      unreadable.push(field)
      continue
    }
    const row = unpackRow(accumulator, packed)
    const state = String(flat[index + 2])
    rows.push({ field, key: keyOfField(field), row, dirty: state !== '0', quarantined: state === '2' })
  }
  return { rows, unreadable, cursor: cursor.toString() }
}

export async function markDirty(context: StoreContext, shard: number, name: string, period: number): Promise<number> {
  const keys = context.keysOf(shard)
  const scriptKeys = [keys.meta, keys.periods, keys.dirty(name), keys.rows(name, period)]
  return (await context.run('mark-dirty', scriptKeys, [periodField(name, period), period])) as number
}

export async function drop(
  context: StoreContext,
  shard: number,
  { record, idleUs, endUs }: DropRequest,
): Promise<boolean> {
  const { accumulator, period, origin, accepted, aside } = record
  const keys = context.keysOf(shard)
  const field = periodField(accumulator, period, aside ? origin : undefined)
  const dropped = await context.run(
    'drop',
    [keys.meta, keys.periods, keys.rows(accumulator, period)],
    [accumulator, period, field, origin, accepted, aside ? '1' : '0', idleUs, endUs],
  )
  return dropped === 1
}

/** Rows that PostgreSQL refuses: set apart, and read. */
import {
  dirtyMember,
  keyOfField,
  parseDirtyMember,
  type QuarantinedRow,
  type QuarantineOutcome,
  type QuarantineRequest,
  type Refusal,
} from '@weir/accumulator'
import type { StoreContext } from './store-context.ts'

/** A message may quote the whole row. */
const MESSAGE_LENGTH_MAX = 500
const RECORD = /^(\d+):(\d+):(\d+):([^:]*):(.*)$/s

export async function quarantineRows(
  context: StoreContext,
  shard: number,
  name: string,
  { rows, rowsMax }: QuarantineRequest,
): Promise<QuarantineOutcome> {
  const keys = context.keysOf(shard)
  const [added = 0, again = 0, left = 0] = (await context.run(
    'quarantine',
    [keys.meta, keys.dirty(name), keys.quarantine(name), keys.rowsPrefix(name)],
    [
      rowsMax,
      ...rows.flatMap(({ period, field, origin, code, message }) => [
        dirtyMember(period, field),
        origin,
        refusalText(code, message),
      ]),
    ],
  )) as number[]
  return { added, again, left }
}

export async function readQuarantine(context: StoreContext, shard: number, name: string): Promise<QuarantinedRow[]> {
  const keys = context.keysOf(shard)
  const reply = (
    (await context.run(
      'read-quarantine',
      [keys.dirty(name), keys.quarantine(name), keys.rowsPrefix(name)],
      [],
    )) as Buffer[]
  ).map(String)
  return Array.from({ length: reply.length / 3 }, (_, index) => {
    const { period, field } = parseDirtyMember(reply[3 * index] ?? '')
    const refusal = parseRefusal(reply[3 * index + 2] ?? '')
    return { period, field, key: keyOfField(field), dirtySinceUs: Number(reply[3 * index + 1]), refusal }
  })
}

/** `code:message`, as the record holds them. */
export function refusalText(code: string, message: string): string {
  return `${code.replaceAll(':', ' ')}:${message.slice(0, MESSAGE_LENGTH_MAX)}`
}

/** `sinceUs:triedUs:tries:code:message`; undefined where it is none. */
export function parseRefusal(record: string): Refusal | undefined {
  const [, sinceUs, triedUs, tries, code = '', message = ''] = RECORD.exec(record) ?? []
  if (sinceUs === undefined) return undefined
  return { code, message, sinceUs: Number(sinceUs), triedUs: Number(triedUs), tries: Number(tries) }
}

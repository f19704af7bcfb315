/** Only what came since the last acknowledgement is sent, and PostgreSQL adds it: a COMMIT whose reply is lost counts twice. */
import { type ColdRow, type Row, unpackRow } from '@weir/accumulator'
import { accumulatorNamed } from '../plan/accumulators.ts'
import { replacing } from '../servers/replacing.ts'
import type { Canary } from './canary.ts'
import { addRows, subtractRows } from './row-sums.ts'

export const addDeltas: Canary = {
  name: 'add deltas',
  faultClass: 'postgres',
  hot: (store) => {
    const acknowledged = new Map<string, Row>()
    const nameOf = (accumulator: string, { period, key, row }: ColdRow) =>
      `${accumulator} ${period} ${key} ${row.origin}`
    return replacing<typeof store>(store, {
      snapshot: async (shard, name, request) => {
        const snapshot = await store.snapshot(shard, name, request)
        const rows = snapshot.rows.map((given) => {
          const before = acknowledged.get(nameOf(name, given))
          return before === undefined
            ? given
            : { ...given, row: subtractRows(accumulatorNamed(name), given.row, before) }
        })
        return { ...snapshot, rows }
      },
      acknowledge: async (shard, name, snapshot) => {
        for (const given of snapshot.rows)
          acknowledged.set(nameOf(name, given), unpackRow(accumulatorNamed(name), given.packed))
        return store.acknowledge(shard, name, snapshot)
      },
    })
  },
  cold: (store) =>
    replacing<typeof store>(store, {
      upsert: async (name, shard, rows) => {
        for (const { period, key, row } of rows) {
          const parts = await store.readParts(name, period, { keys: [key] })
          const part = parts.find((candidate) => candidate.row.origin === row.origin)
          const sum = part === undefined ? row : addRows(accumulatorNamed(name), row, part.row)
          await store.upsert(name, shard, [{ period, key, row: sum }])
        }
        return rows.length
      },
    }),
}

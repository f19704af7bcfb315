/** The sync's two scripts: what is dirty, and what is so no more. */
import {
  type Acknowledgement,
  dirtyMember,
  isPackedRow,
  keyOfField,
  parseDirtyMember,
  type Snapshot,
  type SnapshotRequest,
  type SnapshotRow,
  unpackRow,
} from '@weir/accumulator'
import type { StoreContext } from './store-context.ts'

const HEAD = 5

export async function takeSnapshot(
  context: StoreContext,
  shard: number,
  name: string,
  request: SnapshotRequest,
): Promise<Snapshot> {
  const keys = context.keysOf(shard)
  const accumulator = context.accumulator(name)
  const chosen =
    request.only === undefined
      ? ['oldest', request.rowsMax, request.skip]
      : ['named', ...request.only.map(({ period, key }) => dirtyMember(period, key))]
  const reply = (await context.run(
    'snapshot',
    [keys.meta, keys.dirty(name), keys.aside(name), keys.rowsPrefix(name)],
    [`layout:${name}`, context.layout.entries[name]?.fingerprint ?? '', ...chosen],
  )) as (Buffer | null)[]
  const [timeUs, takenAtUs, runId, replicationId, delayedFsyncs] = reply.slice(0, HEAD).map(String)
  const rows: SnapshotRow[] = []
  const missing: string[] = []
  const unreadable: string[] = []
  for (let index = HEAD; index < reply.length; index += 2) {
    const member = String(reply[index])
    const packed = reply[index + 1]
    if (packed === null || packed === undefined) {
      missing.push(member)
      continue
    }
    if (!isPackedRow(accumulator, packed)) {
      unreadable.push(member)
      continue
    }
    const { period, field } = parseDirtyMember(member)
    rows.push({ period, field, key: keyOfField(field), packed, row: unpackRow(accumulator, packed) })
  }
  return {
    timeUs: Number(timeUs),
    rows,
    missing,
    unreadable,
    receipt: {
      takenAtUs: Number(takenAtUs),
      runId: runId ?? '',
      replicationId: replicationId ?? '',
      delayedFsyncs: Number(delayedFsyncs),
    },
  }
}

export async function acknowledgeSnapshot(
  context: StoreContext,
  shard: number,
  name: string,
  snapshot: Snapshot,
): Promise<Acknowledgement> {
  if (snapshot.rows.length + snapshot.missing.length === 0) return { cleaned: 0, moved: 0 }
  const keys = context.keysOf(shard)
  const [cleaned = 0, moved = 0] = (await context.run(
    'acknowledge',
    [keys.periods, keys.dirty(name), keys.aside(name), keys.rowsPrefix(name), keys.quarantine(name), keys.meta],
    [
      name,
      snapshot.timeUs,
      snapshot.receipt.runId,
      snapshot.receipt.replicationId,
      ...snapshot.rows.flatMap(({ period, field, packed }) => [dirtyMember(period, field), packed]),
      ...snapshot.missing.flatMap((member) => [member, '']),
    ],
  )) as number[]
  return { cleaned, moved }
}

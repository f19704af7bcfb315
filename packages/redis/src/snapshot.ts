/** The sync's two scripts: what is dirty, and what is so no more. Rows travel in two runs of bytes, with their lengths. */
import {
  type Accumulator,
  type Acknowledgement,
  dirtyMember,
  isPackedRow,
  keyOfField,
  parseDirtyMember,
  type Row,
  type Snapshot,
  type SnapshotRequest,
  type SnapshotRow,
  unpackRow,
} from '@weir/accumulator'
import type { StoreContext } from './store-context.ts'

/** Of one member: two lengths of 4 bytes, its own and its row's; -1 where the row is gone. */
const LENGTHS_BYTES = 8
const GONE = -1

export async function takeSnapshot(
  context: StoreContext,
  shard: number,
  name: string,
  request: SnapshotRequest,
): Promise<Snapshot> {
  const keys = context.keysOf(shard)
  const chosen =
    request.only === undefined
      ? ['oldest', request.rowsMax, request.skip]
      : ['named', ...request.only.map(({ period, key }) => dirtyMember(period, key))]
  const reply = (await context.run(
    'snapshot',
    [keys.meta, keys.dirty(name), keys.aside(name), keys.rowsPrefix(name)],
    [`layout:${name}`, context.layout.entries[name]?.fingerprint ?? '', ...chosen],
  )) as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer]
  const [timeUs, takenAtUs, runId, replicationId, delayedFsyncs, lengths, members, packedRows] = reply
  return {
    timeUs: Number(timeUs.toString()),
    ...readMembers(context.accumulator(name), lengths, members, packedRows),
    receipt: {
      takenAtUs: Number(takenAtUs.toString()),
      runId: runId.toString(),
      replicationId: replicationId.toString(),
      delayedFsyncs: Number(delayedFsyncs.toString()),
    },
  }
}

export async function acknowledgeSnapshot(
  context: StoreContext,
  shard: number,
  name: string,
  { timeUs, receipt, rows, missing }: Snapshot,
): Promise<Acknowledgement> {
  if (rows.length + missing.length === 0) return { cleaned: 0, moved: 0 }
  const keys = context.keysOf(shard)
  const members = [...rows.map(({ period, field }) => dirtyMember(period, field)), ...missing]
  const lengths = Buffer.allocUnsafe(members.length * LENGTHS_BYTES)
  members.forEach((member, index) => {
    lengths.writeInt32BE(Buffer.byteLength(member), index * LENGTHS_BYTES)
    lengths.writeInt32BE(rows[index]?.packed.length ?? GONE, index * LENGTHS_BYTES + 4)
  })
  const [cleaned = 0, moved = 0] = (await context.run(
    'acknowledge',
    [keys.periods, keys.dirty(name), keys.aside(name), keys.rowsPrefix(name), keys.quarantine(name), keys.meta],
    [
      name,
      timeUs,
      receipt.runId,
      receipt.replicationId,
      lengths,
      members.join(''),
      runOf(rows.map(({ packed }) => packed)),
    ],
  )) as number[]
  return { cleaned, moved }
}

/** Rows that lie one behind the other already, as a snapshot brought them, are not copied. */
function runOf(packedRows: readonly Buffer[]): Buffer {
  const [first] = packedRows
  if (first === undefined) return Buffer.alloc(0)
  let end = first.byteOffset
  for (const { buffer, byteOffset, length } of packedRows) {
    if (buffer !== first.buffer || byteOffset !== end) return Buffer.concat(packedRows)
    end += length
  }
  return Buffer.from(first.buffer, first.byteOffset, end - first.byteOffset)
}

/** A row that is unpacked by who looks into it: PostgreSQL takes most of it as bytes. */
class PackedSnapshotRow implements SnapshotRow {
  readonly period: number
  readonly field: string
  readonly key: string
  readonly packed: Buffer
  readonly #accumulator: Accumulator
  #row: Row | undefined

  constructor(accumulator: Accumulator, member: string, packed: Buffer) {
    const { period, field } = parseDirtyMember(member)
    this.#accumulator = accumulator
    this.period = period
    this.field = field
    this.key = keyOfField(field)
    this.packed = packed
  }

  get row(): Row {
    this.#row ??= unpackRow(this.#accumulator, this.packed)
    return this.#row
  }
}

function readMembers(
  accumulator: Accumulator,
  lengths: Buffer,
  members: Buffer,
  packedRows: Buffer,
): Pick<Snapshot, 'rows' | 'missing' | 'unreadable'> {
  const rows: SnapshotRow[] = []
  const missing: string[] = []
  const unreadable: string[] = []
  const text = members.toString()
  // Where each character is a byte, all are decoded at once.
  const isAscii = text.length === members.length
  let memberAt = 0
  let rowAt = 0
  for (let at = 0; at < lengths.length; at += LENGTHS_BYTES) {
    const memberEnd = memberAt + lengths.readInt32BE(at)
    const rowBytes = lengths.readInt32BE(at + 4)
    const rowEnd = rowAt + Math.max(0, rowBytes)
    const member = isAscii ? text.slice(memberAt, memberEnd) : members.toString('utf8', memberAt, memberEnd)
    const packed = packedRows.subarray(rowAt, rowEnd)
    if (rowBytes === GONE) missing.push(member)
    else if (isPackedRow(accumulator, packed)) rows.push(new PackedSnapshotRow(accumulator, member, packed))
    else unreadable.push(member)
    memberAt = memberEnd
    rowAt = rowEnd
  }
  return { rows, missing, unreadable }
}

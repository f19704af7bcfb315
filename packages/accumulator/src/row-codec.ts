/**
 * A packed row, as it lies in Redis: a header, then the fields, all big-endian.
 *
 *   origin   16 bytes   minting time in µs (8), candidate (8)
 *   turn      6 bytes   the turn of its shard in which the row was last fed, 0: none that goes on
 *   updates   8 bytes   unsigned, below 2^53
 *   fields   int64: 8 (two's complement) · uint96: 12 · net: two int64 · event: value int64, time 8, arrival 8
 */
import type { Accumulator, Field } from './accumulator.ts'
import { assert } from './assert.ts'
import type { Row } from './row.ts'

export const ORIGIN_BYTES = 16
export const TURN_BYTES = 6
const UPDATES_AT = ORIGIN_BYTES + TURN_BYTES
export const HEADER_BYTES = UPDATES_AT + 8
/** Of a row that may be clean. */
export const NO_TURN = 0

export function packedBytes(accumulator: Accumulator): number {
  return HEADER_BYTES + accumulator.fieldBytes
}

/**
 * `turn`: a shard's turn lasts from one acknowledgement to the next, so a row that was fed in the present turn is in the dirty
 * set for certain, and need not be put there again.
 */
export function packRow(accumulator: Accumulator, row: Row, turn = NO_TURN): Buffer {
  const buffer = Buffer.allocUnsafe(packedBytes(accumulator))
  assert(buffer.write(row.origin, 0, 'hex') === ORIGIN_BYTES, 'an origin is 16 bytes in hex')
  buffer.writeUIntBE(turn, ORIGIN_BYTES, TURN_BYTES)
  writeCount(buffer, UPDATES_AT, row.updates)
  for (const field of accumulator.fieldList) packField(buffer, field, row.slots)
  return buffer
}

/** Whether these bytes can be a row of this accumulator; what is no row was written by somebody else. */
export function isPackedRow(accumulator: Accumulator, packed: Buffer): boolean {
  return packed.length === packedBytes(accumulator)
}

/** Throws on a row of another length: rows of two layouts never share a store. */
export function unpackRow(accumulator: Accumulator, packed: Buffer): Row {
  const expected = packedBytes(accumulator)
  if (packed.length !== expected) {
    throw new RangeError(`a packed row of ${accumulator.name} has ${packed.length} bytes, not ${expected}`)
  }
  const slots = new Float64Array(accumulator.slots)
  for (const field of accumulator.fieldList) unpackField(packed, field, slots)
  return { origin: packed.toString('hex', 0, ORIGIN_BYTES), updates: readCount(packed, UPDATES_AT), slots }
}

export function packedTurn(packed: Buffer): number {
  return packed.readUIntBE(ORIGIN_BYTES, TURN_BYTES)
}

function packField(buffer: Buffer, { storage, slot, byte }: Field, slots: Float64Array): void {
  const at = HEADER_BYTES + byte
  const high = slots[slot] as number
  const low = slots[slot + 1] as number
  if (storage === 'uint96') {
    buffer.writeUIntBE(high, at, 6)
    buffer.writeUIntBE(low, at + 6, 6)
    return
  }
  writeInt64(buffer, at, high, low)
  if (storage === 'net') writeInt64(buffer, at + 8, slots[slot + 2] as number, slots[slot + 3] as number)
  if (storage === 'event') {
    writeCount(buffer, at + 8, slots[slot + 2] as number)
    writeCount(buffer, at + 16, slots[slot + 3] as number)
  }
}

function unpackField(buffer: Buffer, { storage, slot, byte }: Field, slots: Float64Array): void {
  const at = HEADER_BYTES + byte
  if (storage === 'uint96') {
    slots[slot] = buffer.readUIntBE(at, 6)
    slots[slot + 1] = buffer.readUIntBE(at + 6, 6)
    return
  }
  readInt64(buffer, at, slots, slot)
  if (storage === 'net') readInt64(buffer, at + 8, slots, slot + 2)
  if (storage === 'event') {
    slots[slot + 2] = readCount(buffer, at + 8)
    slots[slot + 3] = readCount(buffer, at + 16)
  }
}

/** High limb in 2 bytes, low limb in 6: together the eight bytes of a big-endian int64. */
export function writeInt64(buffer: Buffer, at: number, high: number, low: number): void {
  buffer.writeInt16BE(high, at)
  buffer.writeUIntBE(low, at + 2, 6)
}

function readInt64(buffer: Buffer, at: number, slots: Float64Array, slot: number): void {
  slots[slot] = buffer.readInt16BE(at)
  slots[slot + 1] = buffer.readUIntBE(at + 2, 6)
}

/** A non-negative integer below 2^53 in 8 bytes: 2 then 6, since Node reads at most 6 at once. */
export function writeCount(buffer: Buffer, at: number, value: number): void {
  const high = Math.floor(value / 2 ** 48)
  buffer.writeUInt16BE(high, at)
  buffer.writeUIntBE(value - high * 2 ** 48, at + 2, 6)
}

function readCount(buffer: Buffer, at: number): number {
  return buffer.readUInt16BE(at) * 2 ** 48 + buffer.readUIntBE(at + 2, 6)
}

/**
 * One tick of the workload. Of each symbol and day the ticks are numbered, and number i has the volume 4^i: so the digits of
 * a row's volume in base 4 say how often each tick was counted, and a loss cannot hide a duplicate.
 */
import { type EventBatch, TIME_US_MAX } from '@weir/accumulator'

export interface Op {
  readonly client: string
  /** Its place in what the client has to send, from 1: the number that its producer gives it. */
  readonly sequence: number
  readonly symbol: string
  readonly shard: number
  /** 0: the day before yesterday, 2: today. */
  readonly day: number
  /** Its number within symbol and day: the exponent of its volume. */
  readonly digit: number
  readonly price: number
  readonly timeUs: number
  /** Whether its change, which is as large as its volume, is up or down. */
  readonly isUp: boolean
  /** Too far ahead of every clock: takes a number, and is never counted. */
  readonly isBad: boolean
}

/** 4^30 is the last power of four in an int64, and a sum of three of each still is one up to 4^29. */
export const DIGITS_MAX = 30

export function volumeOf(op: Op): bigint {
  return 4n ** BigInt(op.digit)
}

export function changeOf(op: Op): bigint {
  return op.isUp ? volumeOf(op) : -volumeOf(op)
}

export function addOp(batch: EventBatch, ordinal: number, op: Op): void {
  const timeUs = op.isBad ? TIME_US_MAX : op.timeUs
  batch.add(ordinal, timeUs, [op.symbol], [BigInt(op.price), volumeOf(op), changeOf(op)])
}

export function nameOfOp({ client, sequence }: Op): string {
  return `${client}/${sequence}`
}

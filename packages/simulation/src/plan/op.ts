/**
 * One event of the workload. Of each symbol and day the events are numbered, and number i has the volume 4^i: so the digits of
 * a row's volume in base 4 say how often each was counted, and a loss cannot hide a duplicate.
 */
import { type EventBatch, type EventInput, TIME_US_MAX } from '@weir/accumulator'
import { RECORD_INPUT, SIMULATED_INPUT } from './accumulators.ts'

/** A tick; one that only counts and adds up; a posted record, whose size is its volume. */
export type OpKind = 'tick' | 'volume-only' | 'record'

export interface Op {
  readonly kind: OpKind
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
  const measures = op.kind === 'record' ? [volumeOf(op)] : [BigInt(op.price), volumeOf(op), changeOf(op)]
  batch.add(ordinal, timeUs, [op.symbol], measures)
  if (op.kind === 'volume-only') batch.sumsOnly.add(batch.count - 1)
}

export function inputOf({ kind }: Op): EventInput {
  return kind === 'record' ? RECORD_INPUT : SIMULATED_INPUT
}

/** A request has events of one input: the longest beginning of which that is true. */
export function ofOneInput(ops: readonly Op[]): readonly Op[] {
  const end = ops.findIndex((op) => inputOf(op) !== inputOf(ops[0] as Op))
  return end < 0 ? ops : ops.slice(0, end)
}

export function nameOfOp({ client, sequence }: Op): string {
  return `${client}/${sequence}`
}

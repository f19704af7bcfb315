/**
 * Whether each part in PostgreSQL is of one set of ticks: its sums tell which, and all its fields must agree. A part that holds
 * one history's volume beside another's notional is mixed.
 */
import { type Accumulator, type Field, isDirectional, type Row } from '@weir/accumulator'
import { digitsOf } from '../plan/digits.ts'
import type { Op } from '../plan/op.ts'
import { DAYS, periodOfDay, rowName } from '../plan/workload.ts'
import type { World } from '../world/world.ts'
import { expectedField, feedingRow, storedField } from './expected-field.ts'

export async function partFault(world: World): Promise<string | undefined> {
  for (const accumulator of world.accumulators) {
    for (let day = 0; day < DAYS; day++) {
      const parts = await world.database.store.readParts(accumulator.name, periodOfDay(accumulator.name, day), {})
      for (const { key, row } of parts) {
        const fault = rowFault(accumulator, row, world.workload.byRow.get(rowName(key, day)) ?? [])
        if (fault !== undefined)
          return `the part of ${accumulator.name} ${key}, day ${day}, origin ${row.origin}: ${fault}`
      }
    }
  }
  return undefined
}

function rowFault(accumulator: Accumulator, row: Row, ops: readonly Op[]): string | undefined {
  const counts = digitsOf(sumOfVolumes(accumulator, row))
  if (counts.some((count) => count > 1)) return `it counts a tick twice: ${counts.join('')}`
  const own = feedingRow(
    accumulator,
    ops.filter((_, digit) => counts[digit] === 1),
  )
  if (row.updates !== own.length) return `it has ${row.updates} ticks by its header, ${own.length} by their volumes`
  if (own.length === 0) return undefined
  const lost = isDirectional(accumulator) ? directionFault(accumulator, row) : undefined
  if (lost !== undefined) return lost
  for (const field of accumulator.fieldList) {
    if (isDirectional({ fieldList: [field] })) continue
    const fault = fieldFault(accumulator, field, row, own)
    if (fault !== undefined) return fault
  }
  return undefined
}

/** Sums are of exactly these ticks. Extremes go on from one history to the next, so they reach at least as far. */
function fieldFault(accumulator: Accumulator, field: Field, row: Row, ops: readonly Op[]): string | undefined {
  const [stored = 0n, storedMore] = storedField(field, row)
  const [expected = 0n, expectedMore] = expectedField(accumulator, field, ops)
  const told = `${field.name} is ${stored}, and its ticks make ${expected}`
  switch (field.spec.kind) {
    case 'count':
    case 'sum':
    case 'net':
      return stored === expected && storedMore === expectedMore ? undefined : told
    case 'max':
      return stored >= expected ? undefined : told
    case 'min':
      return stored <= expected ? undefined : told
    case 'first':
      return (storedMore ?? 0n) <= (expectedMore ?? 0n) ? undefined : told
    case 'last':
      return (storedMore ?? 0n) >= (expectedMore ?? 0n) ? undefined : told
    case 'latest':
    case 'records':
      return undefined
  }
}

/** Each tick is in one direction; in which depends on what came before it, which may be lost. */
function directionFault({ fieldList }: Accumulator, row: Row): string | undefined {
  const valueOf = (name: string) => storedField(fieldList.find((field) => field.name === name) as Field, row)[0] ?? 0n
  const directions = ['up', 'down', 'flat']
  for (const direction of directions) {
    const counts = digitsOf(valueOf(`${direction}_volume`))
    const ticks = counts.filter((count) => count > 0).length
    const told = valueOf(`${direction}_count`)
    if (counts.some((count) => count > 1) || BigInt(ticks) !== told)
      return `${direction} counts ${told} ticks, and its volumes are of ${counts.join('')}`
  }
  const sum = directions.reduce((total, direction) => total + valueOf(`${direction}_volume`), 0n)
  return sum === valueOf('volume') ? undefined : `its directions add up to ${sum}, its volume is ${valueOf('volume')}`
}

/** A tick's volume, in the flows its change, up or down, which is as large; and a record's size. */
function sumOfVolumes({ fieldList }: Accumulator, row: Row): bigint {
  const telling = fieldList.filter(({ name }) => name === 'volume' || name === 'change' || name === 'size')
  return telling.flatMap((field) => storedField(field, row)).reduce((sum, value) => sum + value, 0n)
}

/** How often PostgreSQL counts each event, all origins added up: of a tick by its volume, of a record by its size. */
import type { Accumulator } from '@weir/accumulator'
import { sessions, tallies } from '../plan/accumulators.ts'
import { digitsOf } from '../plan/digits.ts'
import type { Op } from '../plan/op.ts'
import type { World } from '../world/world.ts'
import { storedField } from './expected-field.ts'
import { shownRows } from './view.ts'

/** Only those that are counted at all. */
export async function shownCounts(world: World): Promise<Map<Op, number>> {
  const counts = new Map<Op, number>()
  await addCounts(world, sessions, 'volume', counts)
  if (world.accumulators.includes(tallies)) await addCounts(world, tallies, 'size', counts)
  return counts
}

async function addCounts(world: World, accumulator: Accumulator, name: string, counts: Map<Op, number>): Promise<void> {
  const field = accumulator.fieldList.find((candidate) => candidate.name === name)
  for (const { row, ops } of await shownRows(world, accumulator)) {
    if (row === undefined || field === undefined) continue
    const [sum = 0n] = storedField(field, row)
    for (const [digit, count] of digitsOf(sum).entries()) {
      const op = ops[digit]
      if (op !== undefined && count > 0) counts.set(op, count)
    }
  }
}

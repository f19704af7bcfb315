/** What PostgreSQL shows at the end: all origins of a row added up, as the views do it. */
import type { Accumulator, Row } from '@weir/accumulator'
import { SYMBOLS } from '../plan/accumulators.ts'
import type { Op } from '../plan/op.ts'
import { DAYS, periodOfDay, rowName } from '../plan/workload.ts'
import type { World } from '../world/world.ts'

export interface ShownRow {
  readonly symbol: string
  readonly day: number
  readonly row: Row | undefined
  /** All events of its symbol and day, by digit. */
  readonly ops: readonly Op[]
}

export async function shownRows({ database, workload }: World, accumulator: Accumulator): Promise<ShownRow[]> {
  const places = SYMBOLS.flatMap((symbol) => Array.from({ length: DAYS }, (_, day) => ({ symbol, day })))
  const names = places.map(({ symbol, day }) => ({
    accumulator: accumulator.name,
    period: periodOfDay(accumulator.name, day),
    key: symbol,
  }))
  const seeds = await database.store.readSeeds(names)
  return places.map((place, index) => ({
    ...place,
    row: seeds[index]?.row,
    ops: workload.byRow.get(rowName(place.symbol, place.day)) ?? [],
  }))
}

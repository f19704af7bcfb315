/** What PostgreSQL shows at the end: all origins of a row added up, as the views do it. */
import type { Accumulator, Row } from '@weir/accumulator'
import { flows, SYMBOLS } from '../plan/accumulators.ts'
import type { Op } from '../plan/op.ts'
import { DAYS, rowName, sessionOfDay } from '../plan/workload.ts'
import type { World } from '../world/world.ts'

export interface ShownRow {
  readonly symbol: string
  readonly day: number
  readonly row: Row | undefined
  /** All ticks that could be in it, by digit. */
  readonly ops: readonly Op[]
}

const DAY_SECONDS = 86_400

export function periodOfDay({ name }: Accumulator, day: number): number {
  return name === flows.name ? sessionOfDay(day) * DAY_SECONDS : sessionOfDay(day)
}

export async function shownRows({ database, workload }: World, accumulator: Accumulator): Promise<ShownRow[]> {
  const places = SYMBOLS.flatMap((symbol) => Array.from({ length: DAYS }, (_, day) => ({ symbol, day })))
  const names = places.map(({ symbol, day }) => ({
    accumulator: accumulator.name,
    period: periodOfDay(accumulator, day),
    key: symbol,
  }))
  const seeds = await database.store.readSeeds(names)
  return places.map((place, index) => ({
    ...place,
    row: seeds[index]?.row,
    ops: workload.byRow.get(rowName(place.symbol, place.day)) ?? [],
  }))
}

/** One line of the tables: a contender with its settings, fed with a number of ticks of a market. */
import type { ContenderName } from '../contenders/all-contenders.ts'
import type { ContenderSettings } from '../contenders/contender.ts'
import type { MarketSpec } from '../ticks/bench-ticks.ts'

/** How Redis writes its append-only file. */
export type Appendfsync = 'always' | 'everysec'

export interface Variant {
  readonly id: string
  readonly contender: ContenderName
  readonly title: string
  readonly market: MarketSpec
  readonly appendfsync: Appendfsync
  readonly settings: ContenderSettings
  /** What a second is full of. */
  readonly unit: 'ticks' | 'rows'
}

/** The accumulators that Weir is measured with. A further one is a line here, and appears in the tables by itself. */
import { type Accumulator, createLayout, type Layout, marketAccumulator, sessionsAccumulator } from '@weir/accumulator'
import { parseSettings } from '@weir/service'

const SCALES = { priceDigits: 4, volumeDigits: 0 }

/** By name, in the order in which they are added for the tables. */
const ACCUMULATORS: Readonly<Record<string, () => Accumulator>> = {
  sessions: () => sessionsAccumulator({ ...SCALES, zone: 'America/New_York' }),
  market: () => marketAccumulator({ ...SCALES, windowSeconds: 10, zone: 'America/New_York' }),
}

/** `sessions`, then `sessions, market` and so on: each with all before it. */
export const accumulatorSets: readonly (readonly string[])[] = Object.keys(ACCUMULATORS).map((_, index, names) =>
  names.slice(0, index + 1),
)

export const SESSIONS_ONLY: readonly string[] = ['sessions']

/** The same choice as settings, for programs that make their layout from those. */
export function layoutSettings(accumulators: readonly string[] = SESSIONS_ONLY): Readonly<Record<string, string>> {
  return { MARKET_WINDOW_SECONDS: accumulators.includes('market') ? '10' : '0' }
}

export function benchLayout(accumulators: readonly string[] = SESSIONS_ONLY): Layout {
  const chosen = accumulators.map((name) => {
    const create = ACCUMULATORS[name]
    if (create === undefined)
      throw new Error(`no accumulator ${name}; there are ${Object.keys(ACCUMULATORS).join(', ')}`)
    return create()
  })
  // What nobody set: as the programs that are measured beside it.
  const { SHARDS: shards } = parseSettings(['SHARDS'], {})
  return createLayout({ shards, accumulators: chosen })
}

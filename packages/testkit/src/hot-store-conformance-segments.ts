/** Random segments: events with ties, carries and the ends of each range, folded as an ingest pod folds them. */
import {
  EventBatch,
  type EventInput,
  FieldOverflowError,
  type FoldedEvents,
  foldEvents,
  type Layout,
} from '@weir/accumulator'
import type { SeededRandom } from './seeded-random.ts'

const START_US = 1_381_161_600_000_000
const US_PER_DAY = 86_400_000_000
const WINDOW_US = 10_000_000
const EVENTS_MAX = 10
const SIGNED = new Set(['change', 'net_score'])
const SYMBOLS = ['A', 'BRK.B', 'é', '日本', '😀', 'a:b', ' ', '%s', "'\\", 'ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ']

const INT64_MAX = 2n ** 63n - 1n
/** Where limbs carry, and where a double stops being exact. */
const EXACT = [2n ** 47n + 5n, 2n ** 48n + 1n, 2n ** 52n, 2n ** 53n - 1n]
const HUGE = [2n ** 53n + 3n, 2n ** 62n, INT64_MAX]

/** How large the values of one measure are in one batch. */
type Spread = 'small' | 'exact' | 'huge' | 'mixed'

/** What one request of one input brings to some of the accumulators that it feeds. */
export function randomEvents(random: SeededRandom, layout: Layout): FoldedEvents {
  const inputs = new Map(layout.accumulators.flatMap(({ feeds }) => feeds.map(({ input }) => [input.name, input])))
  const input = random.pick([...inputs.values()])
  const chosen = new Set(layout.accumulators.filter(() => random.chance(0.6)).map(({ name }) => name))
  const isChosen = ({ accumulator }: { accumulator: string }) => chosen.has(accumulator)
  const { parts, open = [] } = foldedSmallWhereTheyOverflow(random, layout, input)
  return { parts: parts.filter(isChosen), open: open.filter(isChosen) }
}

function foldedSmallWhereTheyOverflow(random: SeededRandom, layout: Layout, input: EventInput): FoldedEvents {
  const spread = (): Spread => (random.chance(0.8) ? 'small' : random.pick(['exact', 'huge', 'mixed'] as const))
  try {
    return folded(layout, randomBatch(random, input, spread))
  } catch (error) {
    // One batch alone left a field's range: the pod refuses it before it comes this far.
    if (!(error instanceof FieldOverflowError)) throw error
    return folded(
      layout,
      randomBatch(random, input, () => 'small'),
    )
  }
}

function folded(layout: Layout, batch: EventBatch): FoldedEvents {
  return foldEvents(layout, batch, batch.indexes())
}

function randomBatch(random: SeededRandom, input: EventInput, spreadOf: () => Spread): EventBatch {
  const batch = new EventBatch(input)
  const events = random.pick([1, 1, 2, EVENTS_MAX])
  const sumsOnly = random.pick([0, 0, 0.3, 1])
  const measures = Object.keys(input.measures).map((name) => ({
    spread: spreadOf(),
    negative: SIGNED.has(name) ? random.pick([0, 0.5, 1]) : 0,
  }))
  for (let index = 0; index < events; index++) {
    const values = measures.map(({ spread, negative }) => {
      const value = randomMeasure(random, spread)
      return random.chance(negative) ? -value : value
    })
    batch.add(index, randomTimeUs(random), [random.chance(0.6) ? 'A' : random.pick(SYMBOLS)], values)
    if (random.chance(sumsOnly)) batch.sumsOnly.add(index)
  }
  return batch
}

function randomMeasure(random: SeededRandom, spread: Spread): bigint {
  const kind = spread === 'mixed' ? random.pick(['small', 'exact', 'huge'] as const) : spread
  if (kind === 'small') return BigInt(random.integer(0, 6))
  return random.pick(kind === 'exact' ? EXACT : HUGE) - BigInt(random.integer(0, 2))
}

/** Few days, few windows of each, few times in each. */
function randomTimeUs(random: SeededRandom): number {
  return START_US + random.pick([0, 0, 1]) * US_PER_DAY + random.pick([0, 0, 1]) * WINDOW_US + random.integer(0, 3)
}

/** Random segments: events with ties, carries and the ends of each range, folded as an ingest pod folds them. */
import {
  type Accumulator,
  EventBatch,
  FieldOverflowError,
  Fold,
  type Layout,
  type SegmentPart,
} from '@weir/accumulator'
import type { SeededRandom } from './seeded-random.ts'

const START_US = 1_381_161_600_000_000
const US_PER_DAY = 86_400_000_000
const WINDOW_US = 10_000_000
const EVENTS_MAX = 10
const SYMBOLS = ['A', 'BRK.B', 'é', '日本', '😀', 'a:b', ' ', '%s', "'\\", 'ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ']

const INT64_MAX = 2n ** 63n - 1n
/** Where limbs carry, and where a double stops being exact. */
const EXACT = [2n ** 47n + 5n, 2n ** 48n + 1n, 2n ** 52n, 2n ** 53n - 1n]
const HUGE = [2n ** 53n + 3n, 2n ** 62n, INT64_MAX]

/** How large the values of one measure are in one batch. */
type Spread = 'small' | 'exact' | 'huge' | 'mixed'

export function randomParts(random: SeededRandom, layout: Layout): SegmentPart[] {
  const chosen = layout.accumulators.filter(() => random.chance(0.6))
  return chosen.flatMap((accumulator) => {
    const spread = (): Spread => (random.chance(0.8) ? 'small' : random.pick(['exact', 'huge', 'mixed'] as const))
    try {
      return foldedParts(accumulator, randomEvents(random, accumulator, spread))
    } catch (error) {
      // One batch alone left a field's range: the pod refuses it before it comes this far.
      if (!(error instanceof FieldOverflowError)) throw error
      return foldedParts(
        accumulator,
        randomEvents(random, accumulator, () => 'small'),
      )
    }
  })
}

function foldedParts(accumulator: Accumulator, batch: EventBatch): SegmentPart[] {
  const fold = new Fold(accumulator)
  for (let index = 0; index < batch.count; index++) fold.add(batch, index)
  const deltas = fold.deltas()
  return [...fold.accepted()].map(([period, accepted]) => ({
    accumulator: accumulator.name,
    period,
    accepted,
    deltas: deltas.filter((delta) => delta.period === period),
  }))
}

function randomEvents(random: SeededRandom, { input }: Accumulator, spreadOf: () => Spread): EventBatch {
  const batch = new EventBatch(input)
  const events = random.pick([1, 1, 2, EVENTS_MAX])
  const measures = Object.keys(input.measures).map((name) => ({
    spread: spreadOf(),
    negative: name === 'change' ? random.pick([0, 0.5, 1]) : 0,
  }))
  for (let index = 0; index < events; index++) {
    const values = measures.map(({ spread, negative }) => {
      const value = randomMeasure(random, spread)
      return random.chance(negative) ? -value : value
    })
    batch.add(index, randomTimeUs(random), [random.chance(0.6) ? 'A' : random.pick(SYMBOLS)], values)
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

/** Random `apply` calls: lanes that resend or are stale, producers that overlap, repeat and leave gaps, keys, seeds. */
import {
  type ApplyCall,
  emptyRow,
  type Layout,
  merge,
  mintOrigin,
  type RowName,
  type Seeds,
  type Segment,
  type SegmentMark,
} from '@weir/accumulator'
import { randomEvents } from './hot-store-conformance-segments.ts'
import type { SeededRandom } from './seeded-random.ts'

const SEGMENTS_MAX = 4
const TTL_MS = 3_600_000

/** What the callers of one run remember. */
export interface CallHistory {
  readonly laneSequences: Map<string, number>
  readonly producerLasts: Map<string, number>
  lastCall: { readonly shard: number; readonly call: ApplyCall } | undefined
  /** Rows that the last call asked seeds for. */
  unseeded: readonly RowName[]
  onceNames: number
  lastOrigin: string | undefined
}

export function emptyCallHistory(): CallHistory {
  return {
    laneSequences: new Map(),
    producerLasts: new Map(),
    lastCall: undefined,
    unseeded: [],
    onceNames: 0,
    lastOrigin: undefined,
  }
}

export function randomCall(random: SeededRandom, layout: Layout, shard: number, history: CallHistory): ApplyCall {
  const candidate = random.hex(8)
  const { lastCall } = history
  // A resend is the same call under a new candidate; so is the call that brings seeds.
  if (lastCall?.shard === shard && (history.unseeded.length > 0 || random.chance(0.1))) {
    return {
      ...lastCall.call,
      candidate,
      seeds: randomSeeds(random, layout, history.unseeded),
      openUnrestored: random.chance(0.5),
    }
  }
  const segments = Array.from({ length: random.integer(0, SEGMENTS_MAX) }, () => randomSegment(random, layout, history))
  return {
    candidate,
    segments,
    lane: randomLane(random, shard, history),
    seeds: randomSeeds(random, layout, []),
    openUnrestored: random.chance(0.7),
  }
}

function randomLane(random: SeededRandom, shard: number, history: CallHistory): ApplyCall['lane'] {
  const name = `pod-${random.integer(1, 2)}`
  const last = history.laneSequences.get(`${shard}:${name}`) ?? 0
  if (random.chance(0.05)) return { name, sequence: Math.max(0, last - 1) }
  history.laneSequences.set(`${shard}:${name}`, last + 1)
  return { name, sequence: last + 1 }
}

function randomSegment(random: SeededRandom, layout: Layout, history: CallHistory): Segment {
  const events = random.chance(0.9) ? randomEvents(random, layout) : { parts: [] }
  return { mark: beganIn(random, history, randomMark(random, history)), ...events }
}

/** Requests that were begun in the last history seen, in another, and in any. */
function beganIn(random: SeededRandom, { lastOrigin }: CallHistory, mark: SegmentMark): SegmentMark {
  if (mark.kind === 'none') return mark
  return random.chance(0.3) ? mark : { ...mark, origin: random.chance(0.8) ? lastOrigin : '0'.repeat(32) }
}

function randomMark(random: SeededRandom, history: CallHistory): SegmentMark {
  const kind = random.pick(['none', 'producer', 'producer', 'producer', 'once'] as const)
  if (kind === 'none') return { kind }
  if (kind === 'once') {
    history.onceNames += random.chance(0.6) ? 1 : 0
    return { kind, name: `once é ${history.onceNames}`, ttlMs: TTL_MS }
  }
  const name = random.pick(['feed', 'archivo ñ', 'x'])
  const last = history.producerLasts.get(name) ?? 0
  const first = Math.max(1, last + 1 + random.pick([0, 0, 0, 0, 0, -2, -5, 3]))
  const end = first + random.integer(0, 4)
  history.producerLasts.set(name, Math.max(last, end))
  return { kind, name, first, last: end, home: random.chance(0.5) }
}

function randomSeeds(random: SeededRandom, layout: Layout, wanted: readonly RowName[]): Seeds {
  if (random.chance(0.1)) return { kind: 'unavailable' }
  const known = wanted.filter(() => random.chance(0.95))
  return {
    kind: 'known',
    rows: known.map((name) => ({ ...name, row: random.chance(0.3) ? undefined : seedRow(random, layout, name) })),
  }
}

/** A row as PostgreSQL may have it: some events of the accumulator, under an older origin. */
function seedRow(random: SeededRandom, layout: Layout, { accumulator: name }: RowName) {
  const accumulator = layout.accumulators.find((candidate) => candidate.name === name)
  if (accumulator === undefined) throw new RangeError(`no accumulator ${name}`)
  const bottom = emptyRow(accumulator, mintOrigin(1, '0'.repeat(16)))
  const part = randomEvents(random, layout).parts.find((candidate) => candidate.accumulator === name)
  const delta = part?.deltas.at(0)
  const outcome = delta === undefined ? undefined : merge(accumulator, bottom, delta)
  return outcome?.kind === 'merged' ? outcome.row : bottom
}

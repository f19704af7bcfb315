/** For tests: windows of the market as the parts that shards and origins hold, in one row each or spread over many. */
import {
  type Accumulator,
  CORE_SOURCE,
  type ColdRow,
  emptyRow,
  highLimb,
  lowLimb,
  mintOrigin,
  type Row,
} from '@weir/accumulator'
import type { SeededRandom } from '@weir/testkit'

/** Counts and volumes as scaled integers; of an outside source, its calculation. */
export interface TestWindow {
  readonly startSeconds: number
  readonly source?: string
  readonly values: Readonly<Record<string, number>>
  /** For the `last` fields of a calculation. */
  readonly event?: { readonly timeUs: number; readonly arrival: number }
}

export interface TestPart extends ColdRow {
  readonly shard: number
}

export function partOf(accumulator: Accumulator, origin: string, window: TestWindow): ColdRow {
  const row = emptyRow(accumulator, origin)
  const updates = window.values['ticks'] ?? window.event?.arrival ?? 1
  for (const [name, value] of Object.entries(window.values)) setField(accumulator, row, name, value, window.event)
  return { period: window.startSeconds, key: window.source ?? CORE_SOURCE, row: { ...row, updates } }
}

/** The windows, each cut at random into up to `shards` parts, of one of two origins of their shard. */
export function spreadWindows(
  accumulator: Accumulator,
  windows: readonly TestWindow[],
  { random, shards }: { random: SeededRandom; shards: number },
): TestPart[] {
  const origins = Array.from({ length: shards }, (_, shard) => [
    mintOrigin(1_000 + shard, random.hex(8)),
    mintOrigin(2_000 + shard, random.hex(8)),
  ])
  return windows.flatMap((window) => {
    const left = { ...window.values }
    const parts = new Map<number, TestWindow>()
    for (let cut = random.integer(0, 3); cut > 0; cut--) {
      parts.set(random.integer(1, shards - 1), { ...window, values: takeSome(left, random) })
    }
    // Cuts that fell on one shard replaced each other: what is left goes by what was kept.
    const kept = [...parts.values()]
    const rest = Object.entries(window.values).map(([name, value]) => {
      const given = kept.reduce((sum, { values }) => sum + (values[name] ?? 0), 0)
      return [name, value - given]
    })
    parts.set(0, { ...window, values: Object.fromEntries(rest) as Record<string, number> })
    return [...parts].map(([shard, part]) => {
      return { ...partOf(accumulator, random.pick(origins[shard] ?? []), part), shard }
    })
  })
}

function takeSome(left: Record<string, number>, random: SeededRandom): Record<string, number> {
  return Object.fromEntries(
    Object.entries(left).map(([name, value]) => {
      const taken = random.integer(0, value)
      left[name] = value - taken
      return [name, taken]
    }),
  )
}

function setField({ fieldList }: Accumulator, row: Row, name: string, value: number, event: TestWindow['event']): void {
  const field = fieldList.find((candidate) => candidate.name === name)
  if (field === undefined) throw new RangeError(`there is no field ${name}`)
  row.slots[field.slot] = highLimb(BigInt(value))
  row.slots[field.slot + 1] = lowLimb(BigInt(value))
  if (field.storage !== 'event') return
  row.slots[field.slot + 2] = event?.timeUs ?? 0
  row.slots[field.slot + 3] = event?.arrival ?? 0
}

/**
 * The arguments of `apply.lua`: its header comments (and those of `apply-call.lua`) give the layout that is written
 * here.
 */
import {
  type Accumulator,
  type ApplyCall,
  assert,
  type Layout,
  ORIGIN_BYTES,
  packRow,
  restart,
  type Segment,
  type SegmentPart,
} from '@weir/accumulator'
import { type ApplyGroups, groupRows } from './apply-groups.ts'
import { hasNarrowForm, isNarrow, writeDelta } from './delta-form.ts'
import { DoubleWriter } from './double-writer.ts'
import { type ShardKeys } from './keys.ts'

export interface EncodedApply {
  readonly keys: string[]
  readonly args: (string | Buffer)[]
  /** To read the reply's (group, place) pairs. */
  readonly groups: ApplyGroups
}

/** The script puts the origin that it mints in its place. */
const NO_ORIGIN = '0'.repeat(2 * ORIGIN_BYTES)
const MARK_KINDS = { none: 0, producer: 1, once: 2 } as const
const CANDIDATE = /^[0-9a-f]{16}$/

export function encodeApply(layout: Layout, keys: ShardKeys, call: ApplyCall): EncodedApply {
  assert(CANDIDATE.test(call.candidate), 'a candidate is 8 bytes in hex')
  const groups = groupRows(layout, call)
  const producers = new NameList()
  const origins = new NameList()
  const onceNames = new NameList()
  const seeds = encodeSeeds(layout, groups, call)
  const body = new DoubleWriter()
  const names = { producers, origins, onceNames }
  for (const segment of call.segments) writeSegment(body, layout, groups, segment, names)

  const head = new DoubleWriter()
  const isKnown = call.seeds.kind === 'known'
  head.add(call.lane.sequence, Number(call.openUnrestored), Number(isKnown), groups.list.length)
  head.add(producers.names.length, origins.names.length, onceNames.names.length, call.segments.length)
  head.add(seeds.packed.length)
  for (const group of groups.list) head.add(group.accumulatorIndex, group.period, group.names.length)
  head.add(...seeds.head)
  return {
    keys: [
      keys.meta,
      keys.marks,
      keys.lanes,
      keys.periods,
      ...layout.accumulators.flatMap(({ name }) => [keys.dirty(name), keys.aside(name)]),
      ...groups.list.map(({ accumulator, period }) => keys.rows(accumulator, period)),
      ...onceNames.names.map((name) => keys.once(name)),
    ],
    args: [
      call.candidate,
      Buffer.concat([head.bytes(), body.bytes()]),
      call.lane.name,
      ...producers.names,
      ...origins.names,
      ...groups.list.flatMap(({ names }) => names),
      ...seeds.packed,
    ],
    groups,
  }
}

class NameList {
  readonly names: string[] = []
  readonly #indexes = new Map<string, number>()

  /** From 1, as Lua counts. */
  indexOf(name: string): number {
    const index = this.#indexes.get(name) ?? this.names.push(name)
    this.#indexes.set(name, index)
    return index
  }
}

function encodeSeeds(
  layout: Layout,
  groups: ApplyGroups,
  call: ApplyCall,
): { head: number[]; packed: (string | Buffer)[] } {
  const head: number[] = []
  const packed: (string | Buffer)[] = []
  for (const seed of call.seeds.kind === 'known' ? call.seeds.rows : []) {
    const group = groups.indexOf(seed.accumulator, seed.period)
    const place = groups.list[group - 1]?.places.get(seed.key)
    if (place === undefined) continue
    const accumulator = accumulatorOf(layout, seed.accumulator)
    head.push(group, place, Number(seed.row !== undefined))
    packed.push(seed.row === undefined ? '' : packRow(accumulator, restart(accumulator, seed.row, NO_ORIGIN)))
  }
  return { head, packed }
}

function writeSegment(
  body: DoubleWriter,
  layout: Layout,
  groups: ApplyGroups,
  { mark, parts }: Segment,
  { producers, origins, onceNames }: { producers: NameList; origins: NameList; onceNames: NameList },
): void {
  const origin = mark.kind === 'none' || mark.origin === undefined ? 0 : origins.indexOf(mark.origin)
  if (mark.kind === 'producer') {
    const { name, first, last, home } = mark
    body.add(MARK_KINDS.producer, origin, producers.indexOf(name), first, last, Number(home), parts.length)
  } else if (mark.kind === 'once') {
    body.add(MARK_KINDS.once, origin, onceNames.indexOf(mark.name), mark.ttlMs, 0, 0, parts.length)
  } else {
    body.add(MARK_KINDS.none, 0, 0, 0, 0, 0, parts.length)
  }
  for (const part of parts) writePart(body, accumulatorOf(layout, part.accumulator), groups, part)
}

function writePart(body: DoubleWriter, accumulator: Accumulator, groups: ApplyGroups, part: SegmentPart): void {
  const group = groups.indexOf(part.accumulator, part.period)
  const places = groups.list[group - 1]?.places
  const narrow = hasNarrowForm(accumulator) && part.deltas.every((delta) => isNarrow(accumulator, delta))
  const deltas = new DoubleWriter()
  for (const delta of part.deltas) {
    assert(delta.period === part.period && delta.slots.length === accumulator.slots, 'a delta fits its part')
    writeDelta(deltas, accumulator, delta, places?.get(delta.key) ?? 0, narrow)
  }
  body.add(group, Number(narrow), part.accepted, part.deltas.length, deltas.count)
  body.addAll(deltas.written())
}

function accumulatorOf(layout: Layout, name: string): Accumulator {
  const found = layout.accumulators.find((accumulator) => accumulator.name === name)
  assert(found !== undefined, () => `accumulator ${name} is in the layout`)
  return found
}

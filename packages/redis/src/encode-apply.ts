/**
 * The arguments of `apply.lua`: its header comments (and those of `apply-call.lua`) give the layout that is written
 * here.
 */
import {
  type Accumulator,
  type ApplyCall,
  assert,
  type Layout,
  type OpenEvents,
  ORIGIN_BYTES,
  packRow,
  restart,
  type Segment,
  type SegmentPart,
} from '@weir/accumulator'
import { type ApplyGroups, groupRows } from './apply-groups.ts'
import { FORMS, placesByForm, writeDelta } from './delta-form.ts'
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
/** One for all calls: it has the size that they need, and its bytes are copied before the next begins. */
const body = new DoubleWriter()
const CANDIDATE = /^[0-9a-f]{16}$/

export function encodeApply(layout: Layout, keys: ShardKeys, call: ApplyCall): EncodedApply {
  assert(CANDIDATE.test(call.candidate), 'a candidate is 8 bytes in hex')
  const groups = groupRows(layout, call)
  const producers = new NameList()
  const origins = new NameList()
  const onceNames = new NameList()
  const seeds = encodeSeeds(layout, groups, call)
  body.clear()
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
    const place = groups.list[group - 1]?.placeOfKey(seed.key)
    if (place === undefined) continue
    const accumulator = accumulatorOf(layout, seed.accumulator)
    head.push(group, place, Number(seed.row !== undefined))
    packed.push(seed.row === undefined ? '' : packRow(accumulator, restart(accumulator, seed.row, NO_ORIGIN)))
  }
  return { head, packed }
}

interface SegmentNames {
  readonly producers: NameList
  readonly origins: NameList
  readonly onceNames: NameList
}

function writeSegment(
  body: DoubleWriter,
  layout: Layout,
  groups: ApplyGroups,
  { mark, parts, open = [] }: Segment,
  { producers, origins, onceNames }: SegmentNames,
): void {
  const origin = mark.kind === 'none' || mark.origin === undefined ? 0 : origins.indexOf(mark.origin)
  if (mark.kind === 'producer') {
    body.add(MARK_KINDS.producer, origin, producers.indexOf(mark.name), mark.first, mark.last, Number(mark.home))
  } else if (mark.kind === 'once') {
    body.add(MARK_KINDS.once, origin, onceNames.indexOf(mark.name), mark.ttlMs, 0, 0)
  } else {
    body.add(MARK_KINDS.none, 0, 0, 0, 0, 0)
  }
  body.add(0, open.length)
  const begin = body.count
  let written = 0
  for (const part of parts) written += writePart(body, accumulatorOf(layout, part.accumulator), groups, part)
  body.replace(begin - 2, written)
  for (const events of open) writeOpen(body, layout, groups, events)
}

/** The deltas of a part, each form by itself; what was accepted is told once. Gives how many forms there were. */
function writePart(body: DoubleWriter, accumulator: Accumulator, groups: ApplyGroups, part: SegmentPart): number {
  const { period, accepted, deltas } = part
  assert(deltas.period === period && deltas.width === accumulator.slots, 'deltas fit their part')
  const index = groups.indexOf(part.accumulator, period)
  const group = groups.list[index - 1]
  const ofForms = placesByForm(accumulator, deltas)
  for (const [at, { form, places }] of ofForms.entries()) {
    body.add(index, FORMS.indexOf(form), at === 0 ? accepted : 0, places.length, 0)
    const begin = body.count
    for (let nth = 0; nth < places.length; nth++) {
      const place = places[nth] as number
      writeDelta(body, accumulator, deltas, place, group?.placeOf(part, place) ?? 0, form)
    }
    body.replace(begin - 1, body.count - begin)
  }
  return ofForms.length
}

function writeOpen(body: DoubleWriter, layout: Layout, groups: ApplyGroups, events: OpenEvents): void {
  const { accumulator, period, key, references, values } = events
  const group = groups.indexOf(accumulator, period)
  body.add(group, groups.list[group - 1]?.placeOfKey(key) ?? 0, references.length)
  const judge = layout.reference?.accumulator.name ?? ''
  const width = values.length / references.length
  let ofPeriod = 0
  for (const [event, reference] of references.entries()) {
    if (groups.list[ofPeriod - 1]?.period !== reference.period) ofPeriod = groups.indexOf(judge, reference.period)
    body.push(ofPeriod)
    body.push(groups.list[ofPeriod - 1]?.placeOfKey(reference.key) ?? 0)
    for (let at = event * width; at < (event + 1) * width; at++) body.push(values[at] as number)
  }
}

function accumulatorOf(layout: Layout, name: string): Accumulator {
  const found = layout.accumulators.find((accumulator) => accumulator.name === name)
  assert(found !== undefined, () => `accumulator ${name} is in the layout`)
  return found
}

/** What one `apply` is about to write: its history, its marks, its rows. Nothing of it is in the store yet. */
import {
  type Accumulator,
  type ApplyCall,
  assert,
  type Layout,
  mintOrigin,
  type PeriodRecord,
  type Row,
  type RowName,
  type Segment,
} from '@weir/accumulator'
import { type MemoryShard, metaText, presentTurn, shardNow } from './memory-shard.ts'

export interface DraftRow {
  /** What the merges start from, and go on with. */
  row: Row
  /** The turn in which the stored row was last fed. */
  readonly turn: number
  isMerged: boolean
}

export interface DraftGroup {
  readonly accumulator: Accumulator
  readonly period: PeriodRecord['period']
  readonly rows: Map<string, DraftRow>
  accepted: number
  /** Whether something is merged into it, or a row of it only looked at. */
  isFed: boolean
}

export interface AsideRow {
  readonly accumulator: string
  readonly period: number
  readonly key: string
  readonly packed: Buffer
  readonly origin: string
  readonly score: number
}

export interface ApplyDraft {
  readonly shard: MemoryShard
  readonly call: ApplyCall
  readonly nowUs: number
  /** The shard's origin; minted by this call where the history changed. */
  readonly present: string
  /** The shard's turn: no row has left the dirty set since it began. */
  readonly turn: number
  readonly isRestored: boolean
  readonly metaChanges: Map<string, string>
  readonly marks: Map<string, number>
  /** Once-names with their TTL in ms. */
  readonly once: Map<string, number>
  readonly groups: Map<string, DraftGroup>
  readonly asides: AsideRow[]
  readonly floorRows: RowName[]
  seedIsMissing: boolean
  overflow: { readonly row: RowName; readonly field: string } | undefined
  /** One origin a call, later than every one of this data set. */
  mint(): string
}

/** Undefined where the shard knows no history and may not open one. */
export function openDraft(shard: MemoryShard, call: ApplyCall): ApplyDraft | undefined {
  const origin = metaText(shard, 'origin')
  const restored = metaText(shard, 'restored')
  if (origin === undefined && restored !== '1' && !call.openUnrestored) return undefined
  const nowUs = shardNow(shard)
  const metaChanges = new Map([['clock', String(nowUs)], ...layoutFields(shard, call.segments)])
  if (origin === undefined) metaChanges.set('restored', restored ?? '0')
  let minted: string | undefined
  const mint = () => {
    if (minted === undefined) {
      const timeUs = Math.max(nowUs, Number(metaText(shard, 'minted') ?? 0) + 1)
      minted = mintOrigin(timeUs, call.candidate)
      metaChanges.set('minted', String(timeUs))
    }
    return minted
  }
  const { runId, replicationId } = shard.redis
  const isSame = metaText(shard, 'run_id') === runId && metaText(shard, 'replid') === replicationId
  const present = origin !== undefined && isSame ? origin : mint()
  if (present !== origin) {
    metaChanges.set('origin', present).set('run_id', runId).set('replid', replicationId)
  }
  return {
    shard,
    call,
    nowUs,
    present,
    turn: presentTurn(shard),
    metaChanges,
    mint,
    isRestored: (metaChanges.get('restored') ?? restored) !== '0',
    marks: new Map(),
    once: new Map(),
    groups: new Map(),
    asides: [],
    floorRows: [],
    seedIsMissing: false,
    overflow: undefined,
  }
}

export function floorOf({ shard }: ApplyDraft, accumulator: string): number {
  const floor = metaText(shard, `floor:${accumulator}`)
  return floor === undefined ? Number.NEGATIVE_INFINITY : Number(floor)
}

function layoutFields({ layout }: MemoryShard, segments: readonly Segment[]): [string, string][] {
  const names = accumulatorsOf(layout, segments)
  return [
    ['layout', layout.base.fingerprint],
    ...[...names].map((name): [string, string] => {
      const entry = layout.entries[name]
      assert(entry !== undefined, () => `accumulator ${name} is in the layout`)
      return [`layout:${name}`, entry.fingerprint]
    }),
  ]
}

/** Those of which the call has rows, looked at or merged into. */
export function accumulatorsOf({ reference }: Layout, segments: readonly Segment[]): Set<string> {
  const names = segments.flatMap(({ parts, open = [] }) => [
    ...parts.map(({ accumulator }) => accumulator),
    ...open.flatMap(({ accumulator }) => [accumulator, reference?.accumulator.name ?? '']),
  ])
  return new Set(names)
}

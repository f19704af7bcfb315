/**
 * Group commit to one shard. A segment that finds a lane free goes at once; those that arrive while all lanes wait for
 * Redis queue up and share the next call, each judged by its own mark and answered with its own verdict. So there is no
 * timer, and the busier Redis is, the larger the calls and the fewer of them.
 *
 * A lane is a producer of its own, with one call outstanding: its name and the call's sequence let Redis tell a resent call
 * from a new one.
 */
import { assert, type RowName, type Segment, type StoreError, type Verdict } from '@weir/accumulator'
import { type CallDeps, type CallOutcome, callUntilAnswered } from './call-until-answered.ts'
import { type SegmentSize, sizeOfSegment } from './segment-size.ts'

export interface ShardWriterDeps extends CallDeps {
  readonly shard: number
  /** New for each start of the pod. */
  readonly bootId: string
}

export type SegmentOutcome =
  | { readonly kind: 'judged'; readonly verdict: Verdict }
  /** Nothing of it was written. */
  | { readonly kind: 'refused'; readonly error: StoreError }
  /** Nothing of it was written: with it, a sum of this row would leave its range. */
  | { readonly kind: 'overflow'; readonly row: RowName; readonly field: string }
  /** Given up without an answer. */
  | { readonly kind: 'unknown' }

interface Waiting {
  readonly segment: Segment
  readonly size: SegmentSize
  readonly resolve: (outcome: SegmentOutcome) => void
  readonly reject: (error: unknown) => void
}

interface Lane {
  name: string
  /** Of the last call. */
  sequence: number
  busy: boolean
}

export class ShardWriter {
  readonly #deps: ShardWriterDeps
  readonly #lanes: readonly Lane[]
  #lanesNamed = 0
  #origin: string | undefined
  #queue: Waiting[] = []

  constructor(deps: ShardWriterDeps) {
    this.#deps = deps
    this.#lanes = Array.from({ length: deps.limits.lanesMax }, () => ({
      name: this.#nextName(),
      sequence: 0,
      busy: false,
    }))
  }

  /** The shard's history as of its last answer; undefined before the first. */
  get origin(): string | undefined {
    return this.#origin
  }

  /** Resolves when Redis has answered for this segment, or the pod has given up. Rejects only on a bug. */
  write(segment: Segment): Promise<SegmentOutcome> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ segment, size: sizeOfSegment(segment), resolve, reject })
      this.#fillLanes()
    })
  }

  #fillLanes(): void {
    for (const lane of this.#lanes) {
      if (this.#queue.length === 0) return
      if (!lane.busy) void this.#run(lane, this.#takeGroup())
    }
  }

  /** The oldest waiting segments that fit into one call, at least one. */
  #takeGroup(): Waiting[] {
    const { callSegmentsMax, callRowsMax, callBytesMax } = this.#deps.limits
    let rows = 0
    let bytes = 0
    let count = 0
    for (const { size } of this.#queue) {
      rows += size.rows
      bytes += size.bytes
      if (count > 0 && (count >= callSegmentsMax || rows > callRowsMax || bytes > callBytesMax)) break
      count++
    }
    return this.#queue.splice(0, count)
  }

  async #run(lane: Lane, group: readonly Waiting[]): Promise<void> {
    lane.busy = true
    try {
      await this.#send(lane, group)
    } catch (error) {
      this.#rename(lane)
      for (const waiting of group) waiting.reject(error)
    }
    lane.busy = false
    this.#fillLanes()
  }

  async #send(lane: Lane, group: readonly Waiting[]): Promise<void> {
    const { shard, watch } = this.#deps
    lane.sequence++
    const outcome = await callUntilAnswered(this.#deps, {
      shard,
      lane: { name: lane.name, sequence: lane.sequence },
      segments: group.map(({ segment }) => segment),
    })
    if (outcome.kind === 'applied') {
      this.#origin = outcome.origin
      watch.applied(shard, outcome.dirty)
    }
    if (outcome.kind === 'abandoned' || outcome.kind === 'stale') this.#rename(lane)
    if (outcome.kind === 'overflow' && group.length > 1) {
      // One request overflows; nothing was written. Alone, each gets the answer that is its own.
      for (const waiting of group) await this.#send(lane, [waiting])
      return
    }
    for (const [index, waiting] of group.entries()) waiting.resolve(outcomeOf(outcome, index))
  }

  /** The old name is never used again: a call of it that is still on its way is the last of that lane. */
  #rename(lane: Lane): void {
    lane.name = this.#nextName()
    lane.sequence = 0
  }

  #nextName(): string {
    return `${this.#deps.bootId}:${this.#deps.shard}:${this.#lanesNamed++}`
  }
}

function outcomeOf(outcome: CallOutcome, index: number): SegmentOutcome {
  switch (outcome.kind) {
    case 'applied': {
      const verdict = outcome.verdicts[index]
      assert(verdict !== undefined, 'a call that was applied has a verdict for each segment')
      return { kind: 'judged', verdict }
    }
    case 'refused':
    case 'overflow':
      return outcome
    case 'stale':
    case 'abandoned':
      return { kind: 'unknown' }
  }
}

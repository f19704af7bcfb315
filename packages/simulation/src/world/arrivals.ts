/**
 * Which ticks the rows of a Redis count, in the order in which its scripts took them: what the simulation holds the result to.
 * Read off the calls that were applied; cut, forked and wiped as the data itself is.
 */
import type { Accumulator, ApplyCall, ApplyOutcome } from '@weir/accumulator'
import { sessions, tallies } from '../plan/accumulators.ts'
import { digitsSet } from '../plan/digits.ts'
import type { Op } from '../plan/op.ts'
import { dayOfPeriod, rowName, type Workload } from '../plan/workload.ts'

export interface Arrival {
  readonly op: Op
  /** The number of the server's write that took it. */
  readonly write: number
  /** A stretch of history without any loss: within one, nothing may be taken twice. */
  readonly stretch: number
}

/** Where the deltas of an accumulator tell which events they hold: ticks by their volumes, records by their sizes. */
const TELLING_SLOTS: ReadonlyMap<string, number> = new Map([
  [sessions.name, slotOf(sessions, 'volume')],
  [tallies.name, slotOf(tallies, 'size')],
])

function slotOf({ fieldList }: Accumulator, name: string): number {
  return fieldList.find((field) => field.name === name)?.slot ?? 0
}

export class Arrivals {
  /** All that ever arrived at any server of the run, also what was lost since. */
  readonly #everything: Arrival[]
  readonly #workload: Workload
  /** With a mark where all before was wiped: cut off the mark, and it is there again. */
  #kept: (Arrival | { readonly op: undefined; readonly write: number })[] = []
  #stretch: number

  constructor(workload: Workload, everything: Arrival[], stretch: number) {
    this.#workload = workload
    this.#everything = everything
    this.#stretch = stretch
  }

  add(write: number, { segments }: ApplyCall, outcome: ApplyOutcome): void {
    if (outcome.kind !== 'applied') return
    for (const [index, { parts }] of segments.entries()) {
      if (outcome.verdicts[index]?.kind !== 'applied') continue
      for (const { accumulator, period, deltas } of parts) {
        const slot = TELLING_SLOTS.get(accumulator)
        if (slot === undefined) continue
        for (const { key, slots } of deltas) {
          const row = this.#workload.byRow.get(rowName(key, dayOfPeriod(accumulator, period))) ?? []
          for (const digit of digitsSet(slots[slot] as number, slots[slot + 1] as number)) {
            const op = row[digit]
            if (op !== undefined) this.#note({ op, write, stretch: this.#stretch })
          }
        }
      }
    }
  }

  /** What the data holds now. */
  present(): Arrival[] {
    let from = 0
    for (const [index, { op }] of this.#kept.entries()) if (op === undefined) from = index + 1
    return this.#kept.slice(from) as Arrival[]
  }

  cut(kept: number, stretch: number): void {
    this.#kept = this.#kept.filter(({ write }) => write <= kept)
    this.#stretch = stretch
  }

  wipe(write: number, stretch: number): void {
    this.#kept = [...this.#kept, { op: undefined, write }]
    this.#stretch = stretch
  }

  fork(kept: number, stretch: number): Arrivals {
    const fork = new Arrivals(this.#workload, this.#everything, stretch)
    fork.#kept = this.#kept.filter(({ write }) => write <= kept)
    return fork
  }

  #note(arrival: Arrival): void {
    this.#kept.push(arrival)
    this.#everything.push(arrival)
  }
}

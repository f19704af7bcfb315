/** What was sent, and what its senders were told: the one side that the result is held to. */
import type { Told } from '../clients/client.ts'
import type { Op } from '../plan/op.ts'

export interface OpRecord {
  readonly op: Op
  /** How often it was sent to a pod. */
  sent: number
  /** Losses of Redis that had happened when the request began that was acknowledged first; undefined: never acknowledged. */
  acknowledgedAfterLosses: number | undefined
  /** Said of every request that held it: nothing of it was applied. */
  isRefused: boolean
}

export class Ledger {
  readonly #records = new Map<Op, OpRecord>()

  get records(): Iterable<OpRecord> {
    return this.#records.values()
  }

  sent(ops: readonly Op[]): void {
    for (const op of ops) this.#of(op).sent += 1
  }

  told(ops: readonly Op[], told: Told, lossesAtBegin: number): void {
    for (const op of ops) {
      const record = this.#of(op)
      if (told.kind !== 'unavailable') record.isRefused = false
      if (told.kind === 'counted') record.acknowledgedAfterLosses ??= lossesAtBegin
    }
  }

  /** A producer asked, and was told that all up to here is in: as good as an acknowledgement. */
  toldMark(ops: readonly Op[], mark: number, lossesAtBegin: number): void {
    for (const op of ops.slice(0, mark)) this.#of(op).acknowledgedAfterLosses ??= lossesAtBegin
  }

  isAcknowledged(op: Op): boolean {
    return this.#of(op).acknowledgedAfterLosses !== undefined
  }

  #of(op: Op): OpRecord {
    const known = this.#records.get(op)
    if (known !== undefined) return known
    const record: OpRecord = { op, sent: 0, acknowledgedAfterLosses: undefined, isRefused: true }
    this.#records.set(op, record)
    return record
  }
}

/** A client without sequence or key, which therefore sends each batch once, whatever it is told. */
import type { SeededRandom } from '@weir/testkit'
import type { Op } from '../plan/op.ts'
import { type Client, type ClientRequest, checkCounts, type Told } from './client.ts'
import { splitAtRandom } from './keyed-client.ts'

const BATCH_OPS_MAX = 3

export class PlainClient implements Client {
  readonly name: string
  readonly #batches: readonly (readonly Op[])[]
  #current = 0

  constructor(name: string, ops: readonly Op[], random: SeededRandom) {
    this.name = name
    this.#batches = splitAtRandom(ops, BATCH_OPS_MAX, random)
  }

  get isDone(): boolean {
    return this.#current >= this.#batches.length
  }

  next(): ClientRequest {
    return { kind: 'ticks', ops: this.#batches[this.#current] ?? [], token: { kind: 'none' } }
  }

  told(request: ClientRequest, told: Told): string | undefined {
    this.#current += 1
    const isExpected = ['counted', 'lost', 'unavailable', 'unwritten', 'unknown'].includes(told.kind)
    if (!isExpected) return `${this.name} was answered ${told.kind}`
    return request.kind === 'ticks' ? checkCounts(request, told) : undefined
  }
}

/** A client with an idempotency key for each batch. It retries until it has an answer, and now and then once more. */
import type { SeededRandom } from '@weir/testkit'
import { type Op, ofOneInput } from '../plan/op.ts'
import { type Client, type ClientRequest, checkCounts, type Told } from './client.ts'

const BATCH_OPS_MAX = 3
const ONCE_MORE_CHANCE = 0.2

export class KeyedClient implements Client {
  readonly name: string
  readonly #batches: readonly (readonly Op[])[]
  readonly #random: SeededRandom
  #current = 0

  constructor(name: string, ops: readonly Op[], random: SeededRandom) {
    this.name = name
    this.#random = random
    this.#batches = splitAtRandom(ops, BATCH_OPS_MAX, random)
  }

  get isDone(): boolean {
    return this.#current >= this.#batches.length
  }

  next(): ClientRequest {
    const key = `${this.name}-${this.#current}`
    return {
      kind: 'ticks',
      ops: this.#batches[this.#current] ?? [],
      token: { kind: 'key', key, digest: `digest-of-${key}` },
    }
  }

  told(request: ClientRequest, told: Told): string | undefined {
    switch (told.kind) {
      case 'counted':
        if (!this.#random.chance(ONCE_MORE_CHANCE)) this.#current += 1
        return request.kind === 'ticks' ? checkCounts(request, told) : undefined
      case 'lost':
      case 'unavailable':
      case 'unwritten':
      case 'unknown':
      case 'mark':
        return undefined
      case 'gap':
      case 'bad-ticks':
      case 'key-reused':
      case 'overflow':
        return `${this.name} was answered ${told.kind}`
    }
  }
}

export function splitAtRandom(ops: readonly Op[], sizeMax: number, random: SeededRandom): (readonly Op[])[] {
  const batches: (readonly Op[])[] = []
  for (let from = 0; from < ops.length; ) {
    const size = random.integer(1, sizeMax)
    const batch = ofOneInput(ops.slice(from, from + size))
    batches.push(batch)
    from += batch.length
  }
  return batches
}

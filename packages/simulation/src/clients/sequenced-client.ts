/**
 * A producer with a sequence. It sends on from its last acknowledged tick until all are acknowledged, in batches of any
 * size, anew at each try. The restless one also forgets where it was: it asks for its mark, sends what was acknowledged
 * again, or begins too far ahead, which must be refused.
 */
import type { SeededRandom } from '@weir/testkit'
import { type Op, ofOneInput } from '../plan/op.ts'
import { type Client, type ClientRequest, type ClientRules, checkCounts, type Told } from './client.ts'

const BATCH_OPS_MAX = 4

export class SequencedClient implements Client {
  readonly name: string
  readonly #ops: readonly Op[]
  readonly #random: SeededRandom
  readonly #rules: ClientRules & { readonly isRestless: boolean }
  /** All up to here were acknowledged. */
  #acknowledged = 0
  #hasBegun = false

  constructor(
    name: string,
    ops: readonly Op[],
    random: SeededRandom,
    rules: ClientRules & { readonly isRestless: boolean },
  ) {
    this.name = name
    this.#ops = ops
    this.#random = random
    this.#rules = rules
  }

  get isDone(): boolean {
    return this.#acknowledged >= this.#ops.length
  }

  next(): ClientRequest {
    if (this.#rules.isRestless && this.#random.chance(0.15)) return { kind: 'ask-mark', producer: this.name }
    const first = this.#first()
    const count = this.#random.integer(1, BATCH_OPS_MAX)
    const ops = ofOneInput(this.#ops.slice(first - 1, first - 1 + count))
    return { kind: 'ticks', ops, token: { kind: 'producer', name: this.name, first } }
  }

  told(request: ClientRequest, told: Told): string | undefined {
    if (told.kind === 'mark') return this.#toldMark(told.mark)
    if (request.kind !== 'ticks') return undefined
    switch (told.kind) {
      case 'counted':
        this.#hasBegun = true
        this.#acknowledged = Math.max(this.#acknowledged, request.ops.at(-1)?.sequence ?? 0)
        return checkCounts(request, told)
      case 'gap':
        return this.#toldGap(request.ops[0]?.sequence ?? 0, told.expected)
      case 'lost':
      case 'unavailable':
      case 'unwritten':
      case 'unknown':
        return undefined
      case 'bad-ticks':
      case 'key-reused':
      case 'overflow':
        return `${this.name} was answered ${told.kind}`
    }
  }

  /** A shard that was opened without PostgreSQL lets any number begin, so a client begins where it is before it is restless. */
  #first(): number {
    const next = this.#acknowledged + 1
    if (!this.#rules.isRestless || !this.#hasBegun) return next
    if (this.#random.chance(0.15)) return this.#random.integer(1, next)
    if (!this.#rules.mayGoBack && this.#random.chance(0.1))
      return Math.min(this.#ops.length, next + this.#random.integer(1, 3))
    return next
  }

  #toldMark(mark: number): string | undefined {
    if (mark >= this.#acknowledged || this.#rules.mayGoBack) {
      this.#acknowledged = Math.min(mark, this.#ops.length)
      return undefined
    }
    return `the mark of ${this.name} is ${mark}, but ${this.#acknowledged} ticks were acknowledged`
  }

  #toldGap(first: number, expected: number): string | undefined {
    if (expected > this.#acknowledged + 1 || this.#rules.mayGoBack) {
      this.#acknowledged = Math.min(expected - 1, this.#ops.length)
      return undefined
    }
    if (first > this.#acknowledged + 1 && expected === this.#acknowledged + 1) return undefined
    return `${this.name} began at ${first} after ${this.#acknowledged} acknowledged ticks, and was asked for ${expected}`
  }
}

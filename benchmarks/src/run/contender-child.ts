/** The benchmark's end of a process of contenders. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { ContenderDeps } from '../contenders/contender.ts'
import type { FromContender, RunReport, ToContender } from './messages.ts'
import type { Variant } from './variant.ts'

const PROGRAM = fileURLToPath(new URL('contender-process.ts', import.meta.url))

/** One that is stuck must not hold up all others; the longest that is asked is to bring a million rows into statements. */
const ANSWER_SECONDS_MAX = 300

type Message = ToContender extends infer One ? (One extends unknown ? Omit<One, 'contender'> : never) : never

/** What variants must have in common to share a process. Other accumulators are other code. */
export function processOf({ contender, market, settings }: Variant): string {
  return JSON.stringify([contender, market, settings.accumulators ?? ''])
}

export class ContenderChild {
  readonly #child: ChildProcess
  readonly #exited: Promise<unknown>
  readonly #prepared = new Set<string>()

  constructor() {
    this.#child = fork(PROGRAM, [], { stdio: ['ignore', 2, 2, 'ipc'] })
    this.#exited = once(this.#child, 'exit')
  }

  /** Idempotent. */
  async prepare(variant: Variant, deps: Omit<ContenderDeps, 'settings'>): Promise<void> {
    const { contender, settings, market } = variant
    if (this.#prepared.has(nameOf(variant))) return
    await this.#ask(variant, { kind: 'prepare', name: contender, deps: { ...deps, settings }, market }, 'prepared')
    this.#prepared.add(nameOf(variant))
  }

  async reset(variant: Variant): Promise<void> {
    await this.#ask(variant, { kind: 'reset' }, 'reset')
  }

  run(variant: Variant, secondsMax: number, isProfiled = false): Promise<RunReport> {
    return this.#ask(variant, { kind: 'run', secondsMax, isProfiled }, 'ran')
  }

  counted(variant: Variant, acknowledged: number): Promise<Extract<FromContender, { kind: 'counted' }>> {
    return this.#ask(variant, { kind: 'counted', acknowledged }, 'counted')
  }

  async close(): Promise<void> {
    if (this.#child.connected) await this.#ask(undefined, { kind: 'close' }, 'closed').catch(() => undefined)
    this.#child.kill()
    await this.#exited
  }

  async #ask<Kind extends FromContender['kind']>(
    variant: Variant | undefined,
    message: Message,
    kind: Kind,
  ): Promise<Extract<FromContender, { kind: Kind }>> {
    const id = variant?.id ?? 'a contender'
    const answered = once(this.#child, 'message') as Promise<[FromContender]>
    const gone = this.#exited.then((): never => {
      throw new Error(`the process of ${id} ended; its words are above`)
    })
    this.#child.send({ ...message, contender: variant === undefined ? '' : nameOf(variant) })
    const silent = new AbortController()
    const late = sleep(ANSWER_SECONDS_MAX * 1000, undefined, { ref: false, signal: silent.signal }).then((): never => {
      throw new Error(`${id} did not answer within ${ANSWER_SECONDS_MAX} s`)
    })
    const [reply] = await Promise.race([answered, gone, late]).finally(() => silent.abort())
    if (reply.kind === 'failed') throw new Error(`${id}: ${reply.message}`)
    if (reply.kind !== kind) throw new Error(`${id} answered ${reply.kind} to ${message.kind}`)
    return reply as Extract<FromContender, { kind: Kind }>
  }
}

/** Variants that differ in nothing but Redis's disk are one contender. */
function nameOf({ settings }: Variant): string {
  return JSON.stringify(settings)
}

/** The benchmark's end of a contender's process. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ContenderDeps } from '../contenders/contender.ts'
import type { FromContender, RunReport, ToContender } from './messages.ts'
import type { Variant } from './variant.ts'

const PROGRAM = fileURLToPath(new URL('contender-process.ts', import.meta.url))

export class ContenderChild {
  readonly variant: Variant
  readonly #child: ChildProcess
  readonly #exited: Promise<unknown>

  constructor(variant: Variant) {
    this.variant = variant
    this.#child = fork(PROGRAM, [], { stdio: ['ignore', 2, 2, 'ipc'] })
    this.#exited = once(this.#child, 'exit')
  }

  async prepare(deps: Omit<ContenderDeps, 'settings'>): Promise<void> {
    const { contender, settings, market } = this.variant
    const message = { kind: 'prepare', name: contender, deps: { ...deps, settings }, market } as const
    await this.#ask(message, 'prepared')
  }

  async reset(): Promise<void> {
    await this.#ask({ kind: 'reset' }, 'reset')
  }

  run(secondsMax: number, isProfiled = false): Promise<RunReport> {
    return this.#ask({ kind: 'run', secondsMax, isProfiled }, 'ran')
  }

  counted(acknowledged: number): Promise<Extract<FromContender, { kind: 'counted' }>> {
    return this.#ask({ kind: 'counted', acknowledged }, 'counted')
  }

  async close(): Promise<void> {
    if (this.#child.connected) await this.#ask({ kind: 'close' }, 'closed').catch(() => undefined)
    this.#child.kill()
    await this.#exited
  }

  async #ask<Kind extends FromContender['kind']>(
    message: ToContender,
    kind: Kind,
  ): Promise<Extract<FromContender, { kind: Kind }>> {
    const answered = once(this.#child, 'message') as Promise<[FromContender]>
    const gone = this.#exited.then((): never => {
      throw new Error(`the process of ${this.variant.id} ended; its words are above`)
    })
    this.#child.send(message)
    const [reply] = await Promise.race([answered, gone])
    if (reply.kind === 'failed') throw new Error(`${this.variant.id}: ${reply.message}`)
    if (reply.kind !== kind) throw new Error(`${this.variant.id} answered ${reply.kind} to ${message.kind}`)
    return reply as Extract<FromContender, { kind: Kind }>
  }
}

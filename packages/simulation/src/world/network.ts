/**
 * The network between processes and stores. The real code calls a port; the call is parked here until a step of the schedule
 * lets it arrive, loses it, repeats it or answers it.
 */
import { StoreError } from '@weir/accumulator'
import { type Call, type CallTarget, isCut, type Outcome } from './call.ts'
import type { SimulatedProcess } from './process.ts'
import type { VirtualTime } from './virtual-time.ts'

/**
 * A request to Redis arrives within this time, or never: Redis forgets an idle lane after an hour, and a pod sends a call
 * again for half of it at most.
 */
const ARRIVAL_US_MAX = 20 * 60 * 1_000_000

export class Network {
  readonly #time: VirtualTime
  /** Requests whose sender no longer waits: they may still arrive. */
  readonly strays: Call[] = []
  #calls = 0

  constructor(time: VirtualTime) {
    this.#time = time
  }

  send(sender: SimulatedProcess, target: CallTarget, method: string, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const call: Call = {
        id: ++this.#calls,
        sender,
        target,
        connection: target.connection,
        method,
        args,
        sentAtUs: this.#time.nowUs,
        outcome: undefined,
        settle: (outcome) => (outcome.kind === 'value' ? resolve(outcome.value) : reject(outcome.error)),
      }
      // A process that died goes on to the next await, and no further.
      if (!sender.isDead) sender.calls.push(call)
    })
  }

  /** The request arrives, and is carried out. */
  async arrive(call: Call): Promise<void> {
    call.outcome ??= this.#isTooLate(call) ? cut() : await execute(call)
  }

  /** The sender hears what became of it. */
  async answer(call: Call): Promise<void> {
    await this.arrive(call)
    this.#settle(call, call.outcome ?? cut())
  }

  /** The sender hears only that the connection broke. */
  break(call: Call): void {
    this.#settle(call, cut())
  }

  /** The sender waits no longer, but the request is still on its way. */
  leaveBehind(call: Call): void {
    if (call.outcome === undefined) this.strays.push(call)
    this.break(call)
  }

  /** The same request once more, from nobody who waits. */
  repeat(call: Call): void {
    this.strays.push({ ...call, outcome: undefined, settle: () => undefined })
  }

  async strayArrives(call: Call): Promise<void> {
    this.strays.splice(this.strays.indexOf(call), 1)
    if (!this.#isTooLate(call)) await execute(call)
  }

  #isTooLate(call: Call): boolean {
    return isCut(call) || (call.target.name !== 'postgres' && this.#time.nowUs - call.sentAtUs > ARRIVAL_US_MAX)
  }

  #settle(call: Call, outcome: Outcome): void {
    const { calls } = call.sender
    const place = calls.indexOf(call)
    if (place >= 0) calls.splice(place, 1)
    call.settle(outcome)
  }
}

function cut(): Outcome {
  return { kind: 'error', error: new StoreError('WEIR_STORE_UNREACHABLE', 'the connection was cut') }
}

async function execute({ target, method, args, sender }: Call): Promise<Outcome> {
  try {
    return { kind: 'value', value: await target.execute(method, args, sender) }
  } catch (error) {
    return { kind: 'error', error }
  }
}

/** One call to a store, parked on its way: the scheduler says when it arrives, and whether its sender ever hears of it. */
import type { SimulatedProcess } from './process.ts'

export interface CallTarget {
  /** For people: `redis`, `postgres`. */
  readonly name: string
  /** Changes when all connections to it break. */
  readonly connection: number
  /** Runs at once, in one step; rejects with what the sender will be told. */
  execute(method: string, args: readonly unknown[], sender: SimulatedProcess): Promise<unknown>
}

export interface Call {
  /** In the order of sending, over all processes. */
  readonly id: number
  readonly sender: SimulatedProcess
  readonly target: CallTarget
  readonly connection: number
  readonly method: string
  readonly args: readonly unknown[]
  readonly sentAtUs: number
  /** Set once it was carried out; its reply is on the way back. */
  outcome: Outcome | undefined
  settle(outcome: Outcome): void
}

export type Outcome =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'error'; readonly error: unknown }

/** The connection over which it was sent is gone, so a request that has not arrived never will. */
export function isCut({ connection, target }: Call): boolean {
  return connection !== target.connection
}

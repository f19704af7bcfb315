/** What the benchmark and a process of contenders say to each other. A contender is named by its settings. */
import type { ContenderName } from '../contenders/all-contenders.ts'
import type { ContenderDeps, Counted } from '../contenders/contender.ts'
import type { MarketSpec } from '../ticks/bench-ticks.ts'

export type ToContender = { readonly contender: string } & (
  | {
      readonly kind: 'prepare'
      readonly name: ContenderName
      readonly deps: ContenderDeps
      readonly market: MarketSpec
    }
  | { readonly kind: 'reset' }
  | { readonly kind: 'run'; readonly secondsMax: number; readonly isProfiled: boolean }
  /** What the store holds, and what it should, so many ticks having been acknowledged. */
  | { readonly kind: 'counted'; readonly acknowledged: number }
  | { readonly kind: 'close' }
)

export type FromContender =
  | { readonly kind: 'prepared' }
  | { readonly kind: 'reset' }
  | RunReport
  | { readonly kind: 'counted'; readonly counted: Counted; readonly expectedVolume: number }
  | { readonly kind: 'closed' }
  | { readonly kind: 'failed'; readonly message: string }

export interface RunReport {
  readonly kind: 'ran'
  readonly acknowledged: number
  readonly seconds: number
  /** Of this process, or of those that the contender has started; undefined where the system does not tell. */
  readonly cpuSeconds: number | undefined
  /** The functions that used the processor most; empty unless it was profiled. */
  readonly profile: readonly ProfiledFunction[]
}

export interface ProfiledFunction {
  readonly name: string
  /** File and line. */
  readonly place: string
  /** Of all samples, 0 to 1. */
  readonly share: number
}

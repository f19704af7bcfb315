/** How much is measured: all that is published, or just enough to see that it runs. */
import type { MicroRequest } from './micro/micro-process.ts'

export interface Scale {
  /** After the one that warms up. */
  readonly rounds: number
  readonly growthRounds: number
  /** How long a run lasts at most. */
  readonly secondsMax: number
  /** Ticks of the market; a contender that is through begins again. */
  readonly ticks: number
  /** Of the market of which every symbol is as frequent as any other. */
  readonly growthSymbols: readonly number[]
  readonly growthPods: readonly number[]
  readonly growthRequestTicks: readonly number[]
  readonly micro: Pick<MicroRequest, 'ticks' | 'rows' | 'time'>
  /** How many symbols are drained; the largest number is drained several times, and once more while a pod is asked. */
  readonly drainSymbols: readonly number[]
  readonly drainRounds: number
  readonly latency: LatencyScale
  readonly references: readonly { readonly intervalSeconds: number; readonly intervals: number }[]
  readonly reductionIntervalsSeconds: readonly number[]
  readonly profileSeconds: number
  readonly soakSeconds: number
}

export interface LatencyScale {
  readonly requestTicks: readonly number[]
  /** Of the peak of requests of one size; a half is among them. */
  readonly shares: readonly number[]
  /** At the peak before all else: V8 compiles what a pod does only after some 10,000 requests, for half a second on a core of its own. */
  readonly warmSeconds: number
  readonly peakSeconds: number
  readonly secondsEach: number
  /** How long the half is measured, which is held against its target. */
  readonly secondsAtHalf: number
}

export const FULL: Scale = {
  rounds: 3,
  growthRounds: 3,
  secondsMax: 1.5,
  ticks: 1_000_000,
  growthSymbols: [1000, 10_000, 100_000, 1_000_000],
  growthPods: [1, 2, 4],
  growthRequestTicks: [100, 1000, 10_000, 50_000],
  micro: { ticks: 10_000, rows: 50_000, time: { warmUpMs: 300, measureMs: 700 } },
  drainSymbols: [1000, 10_000, 100_000, 1_000_000],
  drainRounds: 3,
  latency: {
    requestTicks: [100, 1000, 10_000],
    shares: [0.1, 0.25, 0.5, 0.75],
    warmSeconds: 20,
    peakSeconds: 3,
    secondsEach: 5,
    secondsAtHalf: 30,
  },
  references: [
    { intervalSeconds: 1, intervals: 5 },
    { intervalSeconds: 5, intervals: 2 },
    { intervalSeconds: 30, intervals: 1 },
  ],
  reductionIntervalsSeconds: [1, 2, 5, 10, 30],
  profileSeconds: 4,
  soakSeconds: 600,
}

export const QUICK: Scale = {
  rounds: 1,
  growthRounds: 1,
  secondsMax: 0.2,
  ticks: 20_000,
  growthSymbols: [1000, 10_000],
  growthPods: [1, 2],
  growthRequestTicks: [100, 1000],
  micro: { ticks: 1000, rows: 5000, time: { warmUpMs: 10, measureMs: 30 } },
  drainSymbols: [1000, 5000],
  drainRounds: 1,
  latency: {
    requestTicks: [100, 1000],
    shares: [0.5],
    warmSeconds: 0.5,
    peakSeconds: 0.5,
    secondsEach: 0.5,
    secondsAtHalf: 1,
  },
  references: [{ intervalSeconds: 1, intervals: 1 }],
  reductionIntervalsSeconds: [1],
  profileSeconds: 0.3,
  soakSeconds: 3,
}

/**
 * What every contender is: it takes the same ticks, says how many of them it has acknowledged, and is asked afterwards what it
 * really holds. Only `run` is timed.
 */
import type { BenchTicks } from '../ticks/bench-ticks.ts'

export interface Contender {
  /** Connects, and brings the ticks into the form in which a user of this way has them in memory. Called once. */
  prepare(ticks: BenchTicks): Promise<void>
  /** Before each run. Redis is empty already; what else the contender keeps is emptied here. */
  reset(): Promise<void>
  /**
   * Feeds the ticks in their order, and again from the first, until the time (of `performance.now()`) is up; gives how many were
   * acknowledged. Nothing is on its way any more when it resolves.
   */
  run(untilMs: number): Promise<number>
  /** What its store holds after a run. */
  counted(): Promise<Counted>
  /** Processes of its own, whose processor time counts as the contender's. */
  pids(): readonly number[]
  close(): Promise<void>
}

export interface Counted {
  readonly ticks: number
  /** Undefined where the contender does not count volumes. */
  readonly volume?: number
  /** Undefined where it does not tell. */
  readonly rows?: number
}

export interface ContenderDeps {
  readonly redisUrl: string
  readonly databaseUrl: string
  /** For files of this contender; removed after the benchmark. */
  readonly workDir: string
  readonly settings: ContenderSettings
  /** Redis's own benchmark program; undefined where there is none beside the server. */
  readonly redisBenchmark?: { readonly command: string; readonly env: Readonly<Record<string, string>> } | undefined
  /** Where processes of its own leave their processor profiles. */
  readonly profileDir?: string | undefined
}

/** Each contender reads those that it knows. */
export interface ContenderSettings {
  /** Ticks a request, a pipeline or a statement. */
  readonly batchTicks: number
  /** Requests, pipelines or statements at once. */
  readonly inFlight: number
  /** How often all ticks are fed at most; as often as there is time for, where it is left out. */
  readonly passesMax?: number
  /** Names of accumulators, for Weir; sessions alone, where they are left out. */
  readonly accumulators?: readonly string[]
  readonly pods?: number
  readonly format?: 'csv' | 'ndjson' | 'json'
  /** Whether each batch has a producer's sequence number, so that retries of it count once. */
  readonly sequenced?: boolean
}

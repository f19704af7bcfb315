/** What stands in the queue: a request to sync, its progress and its result, as JSON. */
export interface SyncJobRequest {
  /** Undefined is all. */
  readonly accumulator?: string | undefined
  /** Only what this symbol has dirty. */
  readonly symbol?: string | undefined
  /** Somebody waits for everything that is dirty by now; not the schedule. */
  readonly forced?: boolean
}

export interface SyncJobProgress {
  /** The accumulator whose turn it is. */
  readonly accumulator: string
  readonly shardsDone: number
  readonly shards: number
  /** Of the whole job. */
  readonly rows: number
  readonly rounds: number
}

export interface SyncJobResult {
  /** Rows written to PostgreSQL. */
  readonly rows: number
  /** Batches that they were read in. */
  readonly rounds: number
  /** Updates (ticks) that landed by them. */
  readonly updates: number
  /** Rows that PostgreSQL refused: they are in quarantine. */
  readonly quarantined: number
  readonly seconds: number
}

/** What a job gives to whoever runs it. */
export interface SyncJobContext {
  readonly onProgress: (progress: SyncJobProgress) => void
  /** Aborts when another worker may have taken the job over. */
  readonly signal: AbortSignal
}

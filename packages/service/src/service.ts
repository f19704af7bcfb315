/** The one contract of everything that runs: ingest server, sync worker, embedded servers. */
export interface Service {
  readonly name: string
  /** Starts; resolves when the service is ready to do its work. Throws, with everything released, when it cannot. */
  start(): Promise<void>
  /** Finishes what is in flight and releases everything. Idempotent, and legal before start. */
  stop(): Promise<void>
}

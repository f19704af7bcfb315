/**
 * The append-only file of a Redis 7: what the process has written to the file, and what an fsync has brought to the disk.
 * Follows `flushAppendOnlyFile` of aof.c: under `everysec` a background fsync begins once a second, a write waits for a
 * running fsync for up to two seconds, and goes ahead after that, counted as delayed.
 */

export type AppendFsync = 'always' | 'everysec'

const US_PER_SECOND = 1_000_000
/** How often Redis looks after its file when nothing happens: `hz 10`. */
const CRON_US = 100_000
const POSTPONED_SECONDS_MAX = 2
export const QUICK_FSYNC_US = 5000

export class Disk {
  readonly mode: AppendFsync
  /** How long an fsync takes that begins now. */
  fsyncUs = QUICK_FSYNC_US
  /** Writes that were carried out; in the file, which a killed process leaves behind; on the disk, which a power cut leaves. */
  executed: number
  written: number
  synced: number
  delayedFsyncs = 0
  /** How far the server's wall clock is ahead: Redis goes by that one, also when it steps. */
  clockAheadUs = 0
  /** How often it was set: there and back is no step less. */
  clockSteps = 0
  #nowUs: number
  /** How many writes the last fsync that was begun covers. */
  #covered: number
  #running: { readonly covers: number; readonly endsAtUs: number } | undefined
  #lastFsyncSecond = 0
  #postponedSecond: number | undefined

  constructor(mode: AppendFsync, nowUs: number, { executed, synced }: { executed: number; synced: number }) {
    this.mode = mode
    this.executed = executed
    this.written = executed
    this.synced = synced
    // A process that starts takes what it finds in the file for synced.
    this.#covered = executed
    this.#nowUs = nowUs
  }

  get isFsyncPending(): boolean {
    return this.#running !== undefined
  }

  /** A write was carried out; its reply leaves after this. */
  add(nowUs: number): void {
    this.advance(nowUs)
    this.executed += 1
    this.#flush()
  }

  /** Lets everything happen that happens by itself until now. */
  advance(nowUs: number): void {
    while (this.#nowUs < nowUs) {
      const isIdle = this.#running === undefined && this.written === this.executed && this.#covered === this.written
      if (isIdle) break
      const cronUs = (Math.floor(this.#nowUs / CRON_US) + 1) * CRON_US
      const endUs = this.#running?.endsAtUs ?? Number.POSITIVE_INFINITY
      this.#nowUs = Math.min(cronUs, endUs, nowUs)
      if (this.#running !== undefined && this.#running.endsAtUs <= this.#nowUs) {
        this.synced = Math.max(this.synced, this.#running.covers)
        this.#running = undefined
      }
      if (this.#nowUs === cronUs) this.#flush()
    }
    this.#nowUs = Math.max(this.#nowUs, nowUs)
  }

  #flush(): void {
    if (this.mode === 'always') {
      this.synced = this.written = this.#covered = this.executed
      return
    }
    const second = Math.floor((this.#nowUs + this.clockAheadUs) / US_PER_SECOND)
    if (this.executed > this.written && this.#running !== undefined) {
      this.#postponedSecond ??= second
      if (second - this.#postponedSecond < POSTPONED_SECONDS_MAX) return
      this.delayedFsyncs += 1
    }
    this.written = this.executed
    this.#postponedSecond = undefined
    if (this.#covered === this.written || second <= this.#lastFsyncSecond) return
    this.#lastFsyncSecond = second
    if (this.#running !== undefined) return
    this.#covered = this.written
    this.#running = { covers: this.written, endsAtUs: this.#nowUs + this.fsyncUs }
  }
}

/**
 * Forced syncs of named rows, for requests that are answered only when PostgreSQL has them. Requests that come while rows are on
 * their way wait together and share the next round, so that there is one round at a time, whatever the number of requests.
 */
import { dirtyMember, keyOfField, type SnapshotRequest } from '@weir/accumulator'
import { forEachLimited } from './for-each-limited.ts'
import { syncOnce } from './sync-once.ts'
import type { SyncReport } from './sync-report.ts'
import type { SyncDeps } from './write-snapshot.ts'

export interface NamedRows {
  readonly shard: number
  readonly accumulator: string
  readonly rows: NonNullable<SnapshotRequest['only']>
}

export interface WriteThroughOptions extends SyncDeps {
  /** Whether PostgreSQL is fit to be written: asked before the first round until it does not throw. */
  readonly check: () => Promise<void>
}

interface Waiting {
  readonly named: readonly NamedRows[]
  readonly resolve: (fault: string | undefined) => void
}

/** What became of the rows of one shard and accumulator. */
interface Written {
  /** Why none of them is known to be in PostgreSQL. */
  fault: string | undefined
  /** Rows that PostgreSQL refuses, with what it says. */
  readonly refused: Map<string, string>
}

export class WriteThrough {
  readonly #options: WriteThroughOptions
  readonly #stopped = new AbortController()
  #waiting: Waiting[] = []
  #running: Promise<void> | undefined
  #isChecked = false

  constructor(options: WriteThroughOptions) {
    this.#options = options
  }

  /** Gives why the rows are not in PostgreSQL, as they are now or later; undefined when they are. Never rejects. */
  write(named: readonly NamedRows[]): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.#waiting.push({ named, resolve })
      this.#running ??= this.#run()
    })
  }

  /** What is not written by then is not waited for any more; it stays dirty in Redis. */
  async stop(): Promise<void> {
    this.#stopped.abort(new Error('this server is stopping'))
    await this.#running
  }

  async #run(): Promise<void> {
    // So that requests that come at the same time are in the first round together.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const round = this.#waiting
      this.#waiting = []
      const written = await this.#writeAll(round.flatMap(({ named }) => named))
      for (const { named, resolve } of round) resolve(faultOf(named, written))
    }
    // In the same step as the look at who waits: whoever comes now begins anew.
    this.#running = undefined
  }

  async #writeAll(named: readonly NamedRows[]): Promise<Map<string, Written>> {
    const written = new Map<string, Written>()
    const fault = await this.#check()
    const places = [...Map.groupBy(named, placeName).values()]
    await forEachLimited(places, this.#options.limits.shardsAtOnceMax, async (ofPlace) => {
      const [place] = ofPlace
      if (place === undefined) return
      written.set(placeName(place), fault === undefined ? await this.#writePlace(place, ofPlace) : failed(fault))
    })
    return written
  }

  async #check(): Promise<string | undefined> {
    if (this.#isChecked) return undefined
    try {
      await this.#options.check()
      this.#isChecked = true
      return undefined
    } catch (error) {
      return messageOf(error)
    }
  }

  async #writePlace({ shard, accumulator }: NamedRows, ofPlace: readonly NamedRows[]): Promise<Written> {
    const only = new Map(ofPlace.flatMap(({ rows }) => rows).map((row) => [dirtyMember(row.period, row.key), row]))
    try {
      const options = { only: [...only.values()], signal: this.#stopped.signal }
      return writtenBy(await syncOnce(this.#options, accumulator, shard, options))
    } catch (error) {
      return failed(messageOf(error))
    }
  }
}

function writtenBy({ refused, refusals }: SyncReport): Written {
  const told = refusals.map(({ period, field, code, message }): [string, string] => [
    dirtyMember(period, keyOfField(field)),
    `PostgreSQL refuses the row of ${JSON.stringify(keyOfField(field))} (${code}): ${message}`,
  ])
  return { fault: refused[0]?.message, refused: new Map(told) }
}

function failed(fault: string): Written {
  return { fault, refused: new Map() }
}

/** The first reason why a row of these is not in PostgreSQL. */
function faultOf(named: readonly NamedRows[], written: ReadonlyMap<string, Written>): string | undefined {
  for (const place of named) {
    const { fault, refused } = written.get(placeName(place)) ?? failed('it was not written')
    if (fault !== undefined) return fault
    if (refused.size === 0) continue
    const row = place.rows.find(({ period, key }) => refused.has(dirtyMember(period, key)))
    if (row !== undefined) return refused.get(dirtyMember(row.period, row.key))
  }
  return undefined
}

function placeName({ shard, accumulator }: NamedRows): string {
  return `${accumulator}:${shard}`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

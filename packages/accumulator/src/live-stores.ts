/**
 * The ports of live reads: what the two stores are asked for values as they are now, synced or not. Beside the ports of
 * ingest and sync, which never need these. A method throws a StoreError where the world fails.
 */
import type { ColdPart, ColdRow } from './cold-store.ts'
import type { HotStore, PeriodRecord, RowName, RowPage } from './hot-store.ts'

export interface LiveHotStore extends Pick<HotStore, 'readRows'> {
  /** The records of an accumulator's periods in a shard; in what PostgreSQL has not, `dirty` is above 0. */
  readPeriods(shard: number, accumulator: string): Promise<PeriodRecord[]>
  /** The keys that have a row in a period, in no order, each once. */
  readKeys(shard: number, accumulator: string, period: number): Promise<string[]>
  /** All rows of some periods: of accumulators with few keys a period. */
  readPeriodRows(shard: number, accumulator: string, periods: readonly number[]): Promise<LiveRows>
}

export interface LiveRows extends Pick<RowPage, 'unreadable'> {
  readonly rows: readonly ColdRow[]
}

export interface LiveColdStore {
  /** Undefined where there is none. */
  readNewestPeriod(accumulator: string): Promise<number | undefined>
  /** The keys of a period in the order of their bytes, after the given one. */
  readKeys(
    accumulator: string,
    period: number,
    page: { readonly after: string; readonly keysMax: number },
  ): Promise<string[]>
  /** The parts of these rows, of every origin. */
  readPartsOf(accumulator: string, rows: readonly Pick<RowName, 'period' | 'key'>[]): Promise<ColdPart[]>
  /** The rows of a range of periods, each with its origins added up, the newest periods first. */
  readJoined(accumulator: string, range: ColdRange): Promise<ColdRow[]>
}

/** Both ends belong to it. */
export interface ColdRange {
  readonly first: number
  readonly last: number
  /** Only rows of this key. */
  readonly key?: string
  readonly rowsMax: number
}

/** The reads of PostgreSQL that live reads need: one statement each, by the primary key. */
import {
  type Accumulator,
  assert,
  type ColdPart,
  type ColdRange,
  type ColdRow,
  type Layout,
  type LiveColdStore,
  type RowName,
} from '@weir/accumulator'
import { CompiledQuery } from 'kysely'
import { compileJoined, compileKeys, compilePartsOf } from './compile-live-reads.ts'
import { compileNewestPeriods } from './compile-reads.ts'
import type { Postgres } from './connect-postgres.ts'
import { type PartsTable, partsTable } from './parts-table.ts'
import { readKey, readRow, type SqlRecord } from './read-row.ts'
import { keyArrays, numericArray } from './row-parameters.ts'

interface Compiled {
  readonly parts: PartsTable
  readonly newest: string
  readonly keys: string
  readonly partsOf: string
  readonly joined: string
  readonly joinedOfKey: string
}

export class PostgresLiveReads implements LiveColdStore {
  readonly #db: Postgres
  readonly #compiled: ReadonlyMap<string, Compiled>

  constructor(db: Postgres, { accumulators }: Layout) {
    this.#db = db
    this.#compiled = new Map(accumulators.map((accumulator) => [accumulator.name, compile(accumulator)]))
  }

  async readNewestPeriod(accumulator: string): Promise<number | undefined> {
    const [record] = await this.#read(this.#of(accumulator).newest, [])
    const newest = record?.['_0']
    return newest === null || newest === undefined ? undefined : Number(newest)
  }

  async readKeys(
    accumulator: string,
    period: number,
    { after, keysMax }: { after: string; keysMax: number },
  ): Promise<string[]> {
    const { parts, keys } = this.#of(accumulator)
    const first = after === '' ? parts.accumulator.key.map(() => '') : keyColumns(parts, after)
    const records = await this.#read(keys, [period, ...first, keysMax])
    return records.map((record) => readKey(parts, record))
  }

  async readPartsOf(accumulator: string, rows: readonly Pick<RowName, 'period' | 'key'>[]): Promise<ColdPart[]> {
    if (rows.length === 0) return []
    const { parts, partsOf } = this.#of(accumulator)
    const periods = numericArray(rows.map(({ period }) => String(period)))
    const records = await this.#read(partsOf, [periods, ...keyArrays(parts, rows)])
    return records.map((record) => ({ ...rowOf(parts, record), shard: Number(record['_shard']) }))
  }

  async readJoined(accumulator: string, { first, last, key, rowsMax }: ColdRange): Promise<ColdRow[]> {
    const { parts, joined, joinedOfKey } = this.#of(accumulator)
    const range = [first, last, rowsMax]
    const records =
      key === undefined
        ? await this.#read(joined, range)
        : await this.#read(joinedOfKey, [...range, ...keyColumns(parts, key)])
    return records.map((record) => rowOf(parts, record))
  }

  async #read(text: string, values: readonly unknown[]): Promise<SqlRecord[]> {
    const { rows } = await this.#db.executeQuery<SqlRecord>(CompiledQuery.raw(text, [...values]))
    return rows
  }

  #of(accumulator: string): Compiled {
    const compiled = this.#compiled.get(accumulator)
    assert(compiled !== undefined, `the layout has an accumulator ${accumulator}`)
    return compiled
  }
}

function compile(accumulator: Accumulator): Compiled {
  return {
    parts: partsTable(accumulator),
    newest: compileNewestPeriods([accumulator]),
    keys: compileKeys(accumulator),
    partsOf: compilePartsOf(accumulator),
    joined: compileJoined(accumulator, { key: false }),
    joinedOfKey: compileJoined(accumulator, { key: true }),
  }
}

function rowOf(parts: PartsTable, record: SqlRecord): ColdRow {
  return { period: Number(record['_period']), key: readKey(parts, record), row: readRow(parts, record) }
}

function keyColumns(parts: PartsTable, key: string): string[] {
  return keyArrays(parts, [{ key }]).map(([column = '']) => column)
}

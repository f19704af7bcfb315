/** The cold store in PostgreSQL. Every write is one statement, a join: it may be cut, repeated, doubled or come late. */
import {
  type Accumulator,
  assert,
  type ColdPart,
  type ColdRow,
  type ColdStore,
  type ColdTotal,
  type Coverage,
  type Layout,
  originFromUuid,
  type PartQuery,
  type PeriodRange,
  type RestoredShard,
  type RowName,
  type Seed,
  type SyncRun,
} from '@weir/accumulator'
import { CompiledQuery } from 'kysely'
import { CallGate } from './call-gate.ts'
import {
  type CompactablePeriod,
  type CompactableQuery,
  type CompactOutcome,
  compactPeriod,
  readCompactable,
} from './compaction.ts'
import { type CompactStatements, compileCompact } from './compile-compact.ts'
import { compileNewestPeriods, compileParts, compileSeeds, compileTotals } from './compile-reads.ts'
import { compileUpsert } from './compile-upsert.ts'
import type { Postgres } from './connect-postgres.ts'
import { readMarks, writeCoverage } from './coverage.ts'
import { POSTGRES_LIMITS } from './limits.ts'
import { type PartsTable, partsTable } from './parts-table.ts'
import { countOf, readKey, readRow, type SqlRecord, textOf } from './read-row.ts'
import { keyArrays, numericArray } from './row-parameters.ts'
import { type RecordedRun, readRuns, recordRun } from './sync-runs.ts'
import { uniqueRows } from './unique-rows.ts'
import { compileUpsertParameters, type UpsertParameters } from './upsert-parameters.ts'

interface Compiled {
  readonly parts: PartsTable
  readonly upsert: string
  readonly upsertParameters: UpsertParameters
  readonly seeds: string
  readonly totals: string
  readonly compact: CompactStatements
}

export class PostgresColdStore implements ColdStore {
  readonly #db: Postgres
  readonly #accumulators: readonly Accumulator[]
  readonly #compiled: ReadonlyMap<string, Compiled>
  readonly #upserts = new CallGate(POSTGRES_LIMITS.upsertsAtOnceMax)

  constructor(db: Postgres, layout: Layout) {
    this.#db = db
    this.#accumulators = layout.accumulators
    this.#compiled = new Map(layout.accumulators.map((accumulator) => [accumulator.name, compile(accumulator)]))
  }

  async upsert(accumulator: string, shard: number, rows: readonly ColdRow[]): Promise<number> {
    if (rows.length === 0) return 0
    assert(rows.length <= POSTGRES_LIMITS.upsertRowsMax, `an upsert has at most ${POSTGRES_LIMITS.upsertRowsMax} rows`)
    const { parts, upsert, upsertParameters } = this.#of(accumulator)
    // Made while PostgreSQL is busy with another batch.
    const query = CompiledQuery.raw(upsert, upsertParameters(shard, uniqueRows(parts.accumulator, rows)))
    const { numAffectedRows } = await this.#upserts.run(() => this.#db.executeQuery(query))
    return Number(numAffectedRows)
  }

  writeCoverage(shard: number, coverage: Coverage): Promise<void> {
    return writeCoverage(this.#db, shard, coverage)
  }

  /**
   * The floor is the newest period over all shards: at least the shard's own, so every row that PostgreSQL may have is
   * looked for; and the end of an index, where the shard's own may take a scan of all history within a short timeout.
   */
  async readRestored(shard: number): Promise<RestoredShard> {
    const marks = await readMarks(this.#db, shard)
    const floors = new Map<string, number>()
    if (this.#accumulators.length === 0) return { marks, floors }
    const [record] = await this.#read(compileNewestPeriods(this.#accumulators), [])
    this.#accumulators.forEach(({ name }, index) => {
      const newest = record?.[`_${index}`]
      if (newest !== null) floors.set(name, Number(newest))
    })
    return { marks, floors }
  }

  async readSeeds(rows: readonly RowName[]): Promise<Seed[]> {
    const seeds: Seed[] = rows.map((name) => ({ ...name, row: undefined }))
    const places = Map.groupBy(rows.keys(), (index) => rows[index]?.accumulator ?? '')
    for (const [accumulator, indexes] of places) {
      const { parts, seeds: text } = this.#of(accumulator)
      const names = indexes.map((index) => rows[index] as RowName)
      const periods = numericArray(names.map(({ period }) => String(period)))
      for (const record of await this.#read(text, [periods, ...keyArrays(parts, names)])) {
        const index = indexes[countOf(record._place) - 1] as number
        seeds[index] = { ...(rows[index] as RowName), row: readRow(parts, record) }
      }
    }
    return seeds
  }

  async readParts(accumulator: string, period: number, query: PartQuery): Promise<ColdPart[]> {
    const { parts } = this.#of(accumulator)
    const { shard, keys } = query
    const text = compileParts(parts.accumulator, { shard: shard !== undefined, keys: keys !== undefined })
    const values = [
      period,
      ...(shard === undefined ? [] : [shard]),
      ...(keys === undefined
        ? []
        : keyArrays(
            parts,
            keys.map((key) => ({ key })),
          )),
    ]
    const records = await this.#read(text, values)
    return records.map((record) => ({
      period,
      key: readKey(parts, record),
      shard: Number(record._shard),
      row: readRow(parts, record),
    }))
  }

  /** An accumulator of short windows has many periods: give a range of them. */
  async readTotals(accumulator: string, { first, last }: PeriodRange = {}): Promise<ColdTotal[]> {
    const values = [accumulator, first ?? null, last ?? null]
    const records = await this.#read(this.#of(accumulator).totals, values)
    return records.map((record) => ({
      period: Number(record._period),
      shard: Number(record._shard),
      origin: originFromUuid(textOf(record._origin)),
      updates: countOf(record._updates),
      accepted: countOf(record._accepted),
    }))
  }

  recordRun(run: SyncRun): Promise<void> {
    return recordRun(this.#db, run)
  }

  /** The latest runs first. */
  readRuns(runsMax: number): Promise<RecordedRun[]> {
    return readRuns(this.#db, runsMax)
  }

  /** Periods with more parts than keys, the oldest first; a page of them. */
  readCompactable(accumulator: string, query: CompactableQuery): Promise<CompactablePeriod[]> {
    return readCompactable(this.#db, this.#of(accumulator).compact, query)
  }

  /** Compacts the parts of these origins into one a key. They must be final: no hot store holds a row of them any more. */
  compact(accumulator: string, period: number, origins: readonly string[]): Promise<CompactOutcome> {
    return compactPeriod(this.#db, this.#of(accumulator).compact, period, origins)
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
  const parts = partsTable(accumulator)
  return {
    parts,
    upsert: compileUpsert(accumulator),
    upsertParameters: compileUpsertParameters(parts),
    seeds: compileSeeds(accumulator),
    totals: compileTotals(accumulator),
    compact: compileCompact(accumulator),
  }
}

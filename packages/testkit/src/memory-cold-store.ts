/**
 * The cold store in memory: what the conformance suite holds PostgreSQL to, and the simulation's PostgreSQL. `clone` is a
 * backup to put back later.
 */
import {
  type Accumulator,
  assert,
  type ColdPart,
  type ColdRow,
  type ColdStore,
  type ColdTotal,
  type Coverage,
  join,
  joinOrigins,
  type PartQuery,
  type PeriodRange,
  type RestoredShard,
  type RowName,
  type Seed,
  type SyncRun,
} from '@weir/accumulator'

const RUNS_MAX = 1000

export class MemoryColdStore implements ColdStore {
  readonly #accumulators: ReadonlyMap<string, Accumulator>
  /** Accumulator, then period, key and origin. */
  readonly #parts: ReadonlyMap<string, Map<string, ColdPart>>
  readonly #marks = new Map<number, Map<string, number>>()
  readonly #counts = new Map<string, ColdTotal & { readonly accumulator: string }>()
  readonly #runs: SyncRun[] = []

  constructor(accumulators: readonly Accumulator[]) {
    this.#accumulators = new Map(accumulators.map((accumulator) => [accumulator.name, accumulator]))
    this.#parts = new Map(accumulators.map(({ name }) => [name, new Map()]))
  }

  /** Rows are never changed in place, so a copy of the maps is a copy of the state. */
  clone(): MemoryColdStore {
    const copy = new MemoryColdStore([...this.#accumulators.values()])
    for (const [accumulator, parts] of this.#parts)
      for (const [name, part] of parts) copy.#parts.get(accumulator)?.set(name, part)
    for (const [shard, marks] of this.#marks) copy.#marks.set(shard, new Map(marks))
    for (const [name, count] of this.#counts) copy.#counts.set(name, count)
    copy.#runs.push(...this.#runs)
    return copy
  }

  /** The latest last. */
  get runs(): readonly SyncRun[] {
    return this.#runs
  }

  async upsert(name: string, shard: number, rows: readonly ColdRow[]): Promise<number> {
    const { accumulator, parts } = this.#of(name)
    const changed = new Set<string>()
    for (const { period, key, row } of rows) {
      const partName = `${period}:${row.origin}:${key}`
      const stored = parts.get(partName)
      const joined = stored === undefined ? row : join(accumulator, stored.row, row)
      if (stored !== undefined && isSame(stored.row, joined)) continue
      parts.set(partName, { period, key, row: joined, shard: stored?.shard ?? shard })
      changed.add(partName)
    }
    return changed.size
  }

  async writeCoverage(shard: number, { marks, periods }: Coverage): Promise<void> {
    const stored = this.#marks.get(shard) ?? new Map<string, number>()
    this.#marks.set(shard, stored)
    for (const [producer, mark] of marks) stored.set(producer, Math.max(mark, stored.get(producer) ?? 0))
    for (const { accumulator, period, origin, accepted } of periods) {
      const name = `${accumulator}:${period}:${shard}:${origin}`
      const before = this.#counts.get(name)?.accepted ?? 0
      this.#counts.set(name, { accumulator, period, shard, origin, updates: 0, accepted: Math.max(accepted, before) })
    }
  }

  async readRestored(shard: number): Promise<RestoredShard> {
    const floors = new Map<string, number>()
    for (const [accumulator, parts] of this.#parts) {
      for (const { period } of parts.values())
        floors.set(accumulator, Math.max(period, floors.get(accumulator) ?? period))
    }
    return { marks: new Map(this.#marks.get(shard)), floors }
  }

  async readSeeds(rows: readonly RowName[]): Promise<Seed[]> {
    return rows.map((name) => {
      const { accumulator, parts } = this.#of(name.accumulator)
      const found = [...parts.values()].filter(({ period, key }) => period === name.period && key === name.key)
      return {
        ...name,
        row: joinOrigins(
          accumulator,
          found.map(({ row }) => row),
        ),
      }
    })
  }

  async readParts(name: string, period: number, { shard, keys }: PartQuery): Promise<ColdPart[]> {
    const asked = (part: ColdPart) =>
      part.period === period && (shard ?? part.shard) === part.shard && (keys === undefined || keys.includes(part.key))
    return [...this.#of(name).parts.values()].filter(asked).sort(byKeyAndOrigin)
  }

  async readTotals(name: string, { first = -Infinity, last = Infinity }: PeriodRange = {}): Promise<ColdTotal[]> {
    const totals = new Map<string, ColdTotal>()
    for (const { accumulator, ...count } of this.#counts.values()) {
      if (accumulator === name) totals.set(totalName(count), count)
    }
    for (const { period, shard, row } of this.#of(name).parts.values()) {
      const total = { period, shard, origin: row.origin, updates: 0, accepted: 0 }
      const { updates, accepted } = totals.get(totalName(total)) ?? total
      totals.set(totalName(total), { ...total, updates: updates + row.updates, accepted })
    }
    return [...totals.values()]
      .filter(({ period }) => period >= first && period <= last)
      .sort((a, b) => a.period - b.period || a.shard - b.shard || compareText(a.origin, b.origin))
  }

  async recordRun(run: SyncRun): Promise<void> {
    this.#runs.push(run)
    if (this.#runs.length > RUNS_MAX) this.#runs.shift()
  }

  #of(name: string): { accumulator: Accumulator; parts: Map<string, ColdPart> } {
    const accumulator = this.#accumulators.get(name)
    const parts = this.#parts.get(name)
    assert(accumulator !== undefined && parts !== undefined, `the store has an accumulator ${name}`)
    return { accumulator, parts }
  }
}

function isSame(a: ColdPart['row'], b: ColdPart['row']): boolean {
  return a.updates === b.updates && a.slots.every((value, index) => value === b.slots[index])
}

function byKeyAndOrigin(a: ColdPart, b: ColdPart): number {
  return compareText(a.key, b.key) || compareText(a.row.origin, b.row.origin)
}

function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

function totalName({ period, shard, origin }: ColdTotal): string {
  return `${period}:${shard}:${origin}`
}

/** PostgreSQL in memory. */
import { type ColdStore, type Layout, StoreError } from '@weir/accumulator'
import { MemoryColdStore } from '@weir/testkit'
import type { DatabaseServer } from './database-server.ts'

export class MemoryDatabase implements DatabaseServer {
  readonly store: ColdStore
  #memory: MemoryColdStore
  #backup: MemoryColdStore | undefined
  #refusedKey: string | undefined

  constructor({ accumulators }: Layout) {
    this.#memory = new MemoryColdStore(accumulators)
    this.store = {
      upsert: async (accumulator, shard, rows) => {
        if (rows.some(({ key }) => key === this.#refusedKey))
          throw new StoreError('WEIR_ROW_REFUSED', `PostgreSQL refuses a row of ${this.#refusedKey}`)
        return this.#memory.upsert(accumulator, shard, rows)
      },
      writeCoverage: (...args) => this.#memory.writeCoverage(...args),
      readRestored: (...args) => this.#memory.readRestored(...args),
      readSeeds: (...args) => this.#memory.readSeeds(...args),
      readParts: (...args) => this.#memory.readParts(...args),
      readTotals: (...args) => this.#memory.readTotals(...args),
      recordRun: (...args) => this.#memory.recordRun(...args),
    }
  }

  /** Nothing comes of it. */
  async cutUpsert(): Promise<void> {}

  async takeBackup(): Promise<void> {
    this.#backup = this.#memory.clone()
  }

  async putBackupBack(): Promise<void> {
    this.#memory = this.#backup?.clone() ?? this.#memory
  }

  async refuse(key: string | undefined): Promise<void> {
    this.#refusedKey = key
  }
}

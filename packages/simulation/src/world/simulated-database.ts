/** PostgreSQL as the network reaches it: it can be down, refuse a row, and come back from a backup. */
import { type ColdRow, type ColdStore, StoreError } from '@weir/accumulator'
import type { DatabaseServer } from '../servers/database-server.ts'
import type { CallTarget } from './call.ts'

export interface DatabaseOptions {
  readonly server: DatabaseServer
  /** A known-wrong variant, for canaries. */
  readonly variantOf: (store: ColdStore) => ColdStore
  /** Told of every call that was carried out. */
  readonly onExecuted: (executed: ExecutedStatement) => Promise<void>
}

export interface ExecutedStatement {
  readonly method: string
  readonly args: readonly unknown[]
  readonly result: unknown
}

type Method = (...args: readonly unknown[]) => Promise<unknown>

export class SimulatedDatabase implements CallTarget {
  readonly name = 'postgres'
  readonly store: ColdStore
  connection = 0
  isDown = false
  hasBackup = false
  /** The key that it refuses, as a value that no column can hold. */
  #poisonKey: string | undefined
  readonly #options: DatabaseOptions

  constructor(options: DatabaseOptions) {
    this.#options = options
    this.store = options.variantOf(options.server.store)
  }

  get poisonKey(): string | undefined {
    return this.#poisonKey
  }

  async execute(method: string, args: readonly unknown[]): Promise<unknown> {
    if (this.isDown) throw new StoreError('WEIR_STORE_UNREACHABLE', 'PostgreSQL does not answer')
    const result = await (this.store[method as keyof ColdStore] as Method).apply(this.store, [...args])
    await this.#options.onExecuted({ method, args, result })
    return result
  }

  async poison(key: string | undefined): Promise<void> {
    this.#poisonKey = key
    await this.#options.server.refuse(key)
  }

  cutUpsert(accumulator: string, shard: number, rows: readonly ColdRow[]): Promise<void> {
    return this.#options.server.cutUpsert(accumulator, shard, rows)
  }

  async takeBackup(): Promise<void> {
    await this.#options.server.takeBackup()
    this.hasBackup = true
  }

  /** Commits since the backup are lost. */
  async putBackupBack(): Promise<void> {
    await this.#options.server.putBackupBack()
    this.connection += 1
  }
}

/** PostgreSQL in memory, which can be down, refuse a row, and come back from a backup. */
import { type ColdRow, type ColdStore, StoreError } from '@weir/accumulator'
import type { MemoryColdStore } from '@weir/testkit'
import type { CallTarget } from './call.ts'

export interface DatabaseOptions {
  readonly newStore: () => MemoryColdStore
  /** A known-wrong variant, for canaries. */
  readonly variantOf: (store: MemoryColdStore) => ColdStore
  /** Told before and after every call that is carried out. */
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
  store: ColdStore
  connection = 0
  isDown = false
  /** The key that it refuses, as a value that no column can hold. */
  poisonKey: string | undefined
  /** What was committed at the time of the last backup. */
  #backup: MemoryColdStore | undefined
  #memory: MemoryColdStore
  readonly #options: DatabaseOptions

  constructor(options: DatabaseOptions) {
    this.#options = options
    this.#memory = options.newStore()
    this.store = options.variantOf(this.#memory)
  }

  async execute(method: string, args: readonly unknown[]): Promise<unknown> {
    if (this.isDown) throw new StoreError('WEIR_STORE_UNREACHABLE', 'PostgreSQL does not answer')
    if (method === 'upsert' && (args[2] as readonly ColdRow[]).some(({ key }) => key === this.poisonKey)) {
      throw new StoreError('WEIR_ROW_REFUSED', `PostgreSQL refuses a row of ${this.poisonKey}`)
    }
    const result = await (this.store[method as keyof ColdStore] as Method).apply(this.store, [...args])
    await this.#options.onExecuted({ method, args, result })
    return result
  }

  takeBackup(): void {
    this.#backup = this.#memory.clone()
  }

  get hasBackup(): boolean {
    return this.#backup !== undefined
  }

  /** Commits since the backup are lost. */
  putBackupBack(): void {
    if (this.#backup === undefined) return
    this.#memory = this.#backup.clone()
    this.store = this.#options.variantOf(this.#memory)
    this.connection += 1
  }
}

/**
 * pg's pool as Kysely takes it, with four guards: every error is classified; a connection whose reply never came, or that
 * broke, is not used again (pg itself would queue the next statement behind the lost one for ever); statements with
 * parameters are prepared once a connection, by a name made from their text; and every connection gets its settings first.
 */
import { createHash } from 'node:crypto'
import { assert, StoreError } from '@weir/accumulator'
import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import type pg from 'pg'
import { breaksConnection, classifyError } from './classify-error.ts'
import { POSTGRES_LIMITS } from './limits.ts'

export interface GuardedPoolOptions {
  readonly pool: pg.Pool
  /** Server and database, for messages. */
  readonly target: string
  /** A statement that each new connection runs first. */
  readonly settings: { readonly text: string; readonly values: readonly string[] }
}

export class GuardedPool implements PostgresPool {
  readonly #pool: pg.Pool
  readonly #target: string
  readonly #settings: GuardedPoolOptions['settings']
  readonly #clients = new WeakMap<pg.PoolClient, GuardedClient>()

  constructor({ pool, target, settings }: GuardedPoolOptions) {
    this.#pool = pool
    this.#target = target
    this.#settings = settings
  }

  get options(): object {
    return this.#pool.options
  }

  async connect(): Promise<PostgresPoolClient> {
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw classifyError(error, this.#target)
    })
    const known = this.#clients.get(client)
    if (known !== undefined) return known
    const guarded = new GuardedClient(client, this.#target)
    try {
      await guarded.query(this.#settings.text, this.#settings.values)
    } catch (error) {
      guarded.release(true)
      throw refusedSettings(error)
    }
    this.#clients.set(client, guarded)
    return guarded
  }

  end(): Promise<void> {
    return this.#pool.end()
  }
}

class GuardedClient implements PostgresPoolClient {
  readonly #client: pg.PoolClient
  readonly #target: string
  readonly #names = new Map<string, string>()
  #broken = false

  constructor(client: pg.PoolClient, target: string) {
    this.#client = client
    this.#target = target
    // A connection that breaks between two statements says so by an event; without a listener the process would end.
    client.on('error', () => {
      this.#broken = true
    })
  }

  query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>
  query<R>(text: string | PostgresCursor<R>, values: readonly unknown[] = []): unknown {
    assert(typeof text === 'string', 'Weir opens no cursors')
    return this.#query(text, values)
  }

  release(destroy = false): void {
    this.#client.release(destroy || this.#broken)
  }

  async #query(text: string, values: readonly unknown[]): Promise<unknown> {
    try {
      if (values.length === 0) return await this.#client.query(text)
      const name = this.#nameOf(text)
      return await this.#client.query({ text, values: [...values], ...(name !== undefined && { name }) })
    } catch (error) {
      const classified = classifyError(error, this.#target)
      this.#broken ||= breaksConnection(classified)
      throw classified
    }
  }

  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text)
    if (known !== undefined || this.#names.size >= POSTGRES_LIMITS.preparedMax) return known
    const name = `weir_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`
    this.#names.set(text, name)
    return name
  }
}

/** A setting out of range has the SQLSTATE of a value out of range: no row is to blame for it. */
function refusedSettings(error: unknown): unknown {
  if (!(error instanceof StoreError) || error.code !== 'WEIR_ROW_REFUSED') return error
  return new StoreError('WEIR_STORE_REFUSED', `the settings of a connection: ${error.message}`, { cause: error.cause })
}

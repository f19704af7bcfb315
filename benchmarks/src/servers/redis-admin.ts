/** The benchmark's own connection to Redis: empties it, changes how it writes to disk, reads what it has used. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { Appendfsync } from '../run/variant.ts'

const REWRITE_POLL_MS = 20
const REWRITE_POLLS_MAX = 1500

export interface CommandTime {
  readonly name: string
  readonly calls: number
  readonly us: number
}

export class RedisAdmin {
  readonly #redis: Redis

  constructor(url: string) {
    this.#redis = new Redis(url)
  }

  /** Empty, with an append-only file that is empty too, so that no run pays for the one before it. */
  async empty(appendfsync: Appendfsync): Promise<void> {
    await this.#redis.config('SET', 'appendfsync', appendfsync)
    await this.#redis.flushall()
    await this.#redis.bgrewriteaof()
    for (let poll = 0; poll < REWRITE_POLLS_MAX; poll++) {
      const info = await this.#info('persistence')
      if (info('aof_rewrite_in_progress') === 0 && info('aof_rewrite_scheduled') === 0) return
      await sleep(REWRITE_POLL_MS)
    }
    throw new Error('Redis does not end the rewriting of its append-only file')
  }

  /** Of the thread that carries out commands. */
  async cpuSeconds(): Promise<number> {
    return (await this.threadSeconds()).all
  }

  /** And the part of it that the kernel took. */
  async threadSeconds(): Promise<{ readonly all: number; readonly system: number }> {
    const info = await this.#info('cpu')
    const system = info('used_cpu_sys_main_thread')
    return { all: info('used_cpu_user_main_thread') + system, system }
  }

  /** Forgets what commands have taken so far. */
  async forgetCommands(): Promise<void> {
    await this.#redis.config('RESETSTAT')
  }

  /** What each command has taken since, those inside of scripts too; a script's own time has theirs in it. */
  async commands(): Promise<readonly CommandTime[]> {
    const text = await this.#redis.info('commandstats')
    return [...text.matchAll(/^cmdstat_([^:]+):calls=(\d+),usec=(\d+)/gm)].map(([, name = '', calls, us]) => {
      return { name, calls: Number(calls), us: Number(us) }
    })
  }

  /** How often it has rewritten its append-only file. */
  async logRewrites(): Promise<number> {
    const info = await this.#info('persistence')
    return info('aof_rewrites')
  }

  async memoryBytes(): Promise<number> {
    const info = await this.#info('memory')
    return info('used_memory')
  }

  async version(): Promise<string> {
    const text = await this.#redis.info('server')
    const valkey = /^valkey_version:(\S+)/m.exec(text)?.[1]
    return valkey === undefined ? (/^redis_version:(\S+)/m.exec(text)?.[1] ?? '') : `Valkey ${valkey}`
  }

  close(): void {
    this.#redis.disconnect()
  }

  async #info(section: string): Promise<(name: string) => number> {
    const text = await this.#redis.info(section)
    return (name) => Number(new RegExp(`^${name}:(\\S+)`, 'm').exec(text)?.[1] ?? Number.NaN)
  }
}

/** What some work costs Redis's thread, a row, and which commands took it. */
import type { RedisAdmin } from '../servers/redis-admin.ts'

export interface RedisCost {
  /** Until the server has answered. */
  readonly usEach: number
  /** Of its one thread, by INFO cpu; of that, in the kernel: its sockets, its file. */
  readonly redisCpuUsEach: number
  readonly redisSystemUsEach: number
  /** By INFO commandstats; those inside of a script are in the script's own time, too. */
  readonly redisCommands: readonly CommandCost[]
}

interface CommandCost {
  readonly name: string
  readonly callsEach: number
  readonly usEach: number
}

const US = 1_000_000
const US_PER_MS = 1000
/** Of this measurement itself. */
const NOT_OF_WORK = /^(info|config)/

/** `work` gives the number of rows that it did. */
export async function redisCost(admin: RedisAdmin, work: () => Promise<number>): Promise<RedisCost> {
  await admin.forgetCommands()
  const before = await admin.threadSeconds()
  const startedMs = performance.now()
  const rows = await work()
  const ms = performance.now() - startedMs
  const after = await admin.threadSeconds()
  const commands = (await admin.commands()).filter(({ name }) => !NOT_OF_WORK.test(name))
  return {
    usEach: (ms * US_PER_MS) / rows,
    redisCpuUsEach: ((after.all - before.all) * US) / rows,
    redisSystemUsEach: ((after.system - before.system) * US) / rows,
    redisCommands: commands
      .toSorted((a, b) => b.us - a.us)
      .map(({ name, calls, us }) => ({ name, callsEach: calls / rows, usEach: us / rows })),
  }
}

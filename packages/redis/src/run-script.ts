/** Runs a script by its SHA-1. A server that does not know it has not run it, so it is then sent whole. */
import type { Redis } from 'ioredis'
import { classifyError } from './classify-error.ts'
import type { LuaScript } from './lua-script.ts'

export type ScriptArgument = string | Buffer | number

/** The reply, bulk strings as Buffers. Throws StoreError. */
export async function runScript(
  redis: Redis,
  script: LuaScript,
  keys: readonly string[],
  args: readonly ScriptArgument[],
): Promise<unknown> {
  const rest = [keys.length, ...keys, ...args]
  try {
    return await redis.callBuffer('EVALSHA', [script.sha1, ...rest])
  } catch (error) {
    if (!isNoScript(error)) throw classifyError(redis, error, script.name)
  }
  try {
    return await redis.callBuffer('EVAL', [script.source, ...rest])
  } catch (error) {
    throw classifyError(redis, error, script.name)
  }
}

function isNoScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT')
}

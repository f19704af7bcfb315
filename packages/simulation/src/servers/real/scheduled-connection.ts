/**
 * A connection to a real Redis whose clock and disk are the scheduler's: TIME, and what INFO says of fsyncs, within scripts and
 * without. Everything else is Redis's own, run_id and master_replid too. A script is sent with a few lines before its first
 * and two arguments behind its last, which these lines take away again.
 */
import { createHash } from 'node:crypto'
import { diskFacts } from '../disk-facts.ts'
import type { Machine } from '../redis-server.ts'
import type { RedisConnection } from './redis-process.ts'

const PRELUDE = `
local delayed_fsyncs, time_us = table.remove(ARGV), table.remove(ARGV)
local redis = setmetatable({
  call = function(command, ...)
    if command == 'TIME' then
      return { string.sub(time_us, 1, -7), string.sub(time_us, -6) }
    elseif command == 'INFO' and ... == 'persistence' then
      return 'aof_delayed_fsync:' .. delayed_fsyncs .. '\\n'
    end
    return redis.call(command, ...)
  end,
}, { __index = redis })
`

type Argument = string | Buffer | number

/** `current`: that of the process that runs now; the connection given stays over restarts. */
export function scheduledConnection(current: () => RedisConnection, machine: Machine): RedisConnection {
  /** Of each script as Weir knows it the one that Redis knows. */
  const sha1s = new Map<unknown, string>()
  const scheduled = {
    callBuffer(command: string, [script, ...args]: readonly Argument[]) {
      const facts = [String(machine.timeUs), machine.disk.delayedFsyncs]
      if (command === 'EVALSHA')
        return current().callBuffer(command, [sha1s.get(script) ?? String(script), ...args, ...facts])
      const source = withPrelude(String(script))
      sha1s.set(sha1Of(String(script)), sha1Of(source))
      return current().callBuffer(command, [source, ...args, ...facts])
    },
    async info(...sections: string[]) {
      let text = await current().info(...sections)
      for (const [name, value] of Object.entries(diskFacts(machine.disk)))
        text = text.replace(new RegExp(`^${name}:.*$`, 'm'), `${name}:${value}`)
      return text
    },
    async time() {
      const { timeUs } = machine
      return [Math.floor(timeUs / 1_000_000), timeUs % 1_000_000]
    },
  }
  return new Proxy({} as RedisConnection, {
    get(_, name) {
      const own = scheduled[name as keyof typeof scheduled]
      const value = own ?? current()[name as keyof RedisConnection]
      return typeof value === 'function' && own === undefined ? value.bind(current()) : value
    },
  })
}

/** After the first line, which says the script's flags. */
function withPrelude(source: string): string {
  const end = source.indexOf('\n')
  return source.slice(0, end) + PRELUDE.trimEnd() + source.slice(end)
}

function sha1Of(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}

// Starts a server from a process of its own, which can then be killed: what is left is an orphan, as after a crash.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { PostgresOptions, RedisOptions } from '@weir/servers'

export type ServerInChild = {
  readonly url: string
  readonly port: number
  readonly pid: number
  /** Kills the starter with SIGKILL; its server runs on. */
  readonly killStarter: () => Promise<void>
}

type Start =
  | { readonly name: 'startRedis'; readonly options: Omit<RedisOptions, 'log'> }
  | { readonly name: 'startPostgres'; readonly options: Omit<PostgresOptions, 'log'> }

export async function startServerInChild({ name, options }: Start): Promise<ServerInChild> {
  const script = `
    const { ${name} } = await import('@weir/servers')
    const { url, port, pid } = await ${name}({ ...${JSON.stringify(options)}, log: () => {} })
    process.send({ url, port, pid })`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    // The script has no file of its own: packages are looked up from the working directory.
    cwd: import.meta.dirname,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  const started: unknown[] | undefined = await Promise.race([once(child, 'message'), exited.then(() => undefined)])
  if (started === undefined) throw new Error(`${name} failed in the child process; its error is above`)
  const { url, port, pid } = started[0] as Pick<ServerInChild, 'url' | 'port' | 'pid'>
  const killStarter = async (): Promise<void> => {
    child.kill('SIGKILL')
    await exited
  }
  return { url, port, pid, killStarter }
}

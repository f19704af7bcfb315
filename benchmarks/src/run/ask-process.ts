/** Runs a program of the benchmark in a process of its own: one argument in JSON, one message back. */
import { fork } from 'node:child_process'
import { once } from 'node:events'

export async function askProcess<Reply>(program: URL, request: object): Promise<Reply> {
  const child = fork(program, [JSON.stringify(request)], { stdio: ['ignore', 2, 2, 'ipc'] })
  const exited = once(child, 'exit').then(([code]): never => {
    throw new Error(`${program.pathname} ended with code ${code}; its words are above`)
  })
  const [reply] = (await Promise.race([once(child, 'message'), exited])) as [Reply]
  await exited.catch(() => undefined)
  return reply
}

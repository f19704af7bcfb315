// The restart policy, without a server: pauses grow while starts fail, and are short again after a healthy run.

import { expect, it } from 'vitest'
import type { ServerExit, ServerHandle } from './server-handle.ts'
import { superviseServer } from './supervise-server.ts'

const crash: ServerExit = { code: 1, signal: null, expected: false }

function handleThatEnds(exited: Promise<ServerExit>): ServerHandle {
  return { url: 'test://one', port: 1, pid: 1, exited, stop: async () => {}, kill: () => {} }
}

it('waits longer after each failed start, and keeps the first port', async () => {
  const pauses: number[] = []
  const ports: number[] = []
  const done = Promise.withResolvers<void>()
  const supervised = await superviseServer(
    async (port) => {
      ports.push(port)
      if (ports.length === 1) return handleThatEnds(Promise.resolve(crash))
      if (ports.length < 5) throw new Error('not yet')
      done.resolve()
      return handleThatEnds(new Promise(() => {}))
    },
    {
      serverName: 'test',
      port: 0,
      log: () => {},
      sleep: async (ms, signal) => {
        // The long pauses are the health watch, which never comes to an end here.
        if (ms > 10_000)
          return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
        pauses.push(ms)
      },
    },
  )
  await done.promise
  expect(ports).toEqual([0, 1, 1, 1, 1])
  expect(pauses).toEqual([200, 400, 800, 1600])
  expect(supervised.url).toBe('test://one')
})

it('rejects when the first start fails', async () => {
  const start = () => Promise.reject(new Error('no'))
  await expect(superviseServer(start, { serverName: 'test', port: 0, log: () => {} })).rejects.toThrow('no')
})

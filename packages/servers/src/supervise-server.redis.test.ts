// Supervision of a real server: it comes back by itself, on the same port, until it is told to stop.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testServerWorkDir } from '@weir/testkit'
import { expect, it } from 'vitest'
import { poll } from './poll.ts'
import { describeProcess } from './process-table.ts'
import { startRedis } from './redis-server.ts'
import { superviseServer } from './supervise-server.ts'

it('starts a killed server again on its port and data, and not after stop', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'weir-supervised-'))
  const lines: string[] = []
  const supervised = await superviseServer(
    (port) => startRedis({ dataDir, port, workDir: testServerWorkDir(), appendfsync: 'always', log: () => {} }),
    { serverName: 'redis', port: 0, log: (line) => lines.push(line) },
  )
  try {
    const first = supervised.current()
    first?.kill('SIGKILL')
    await first?.exited
    const second = await poll(() => (supervised.current() === first ? undefined : supervised.current()), {
      intervalMs: 10,
      limitMs: 20_000,
    })
    expect(second?.url).toBe(supervised.url)
    expect(lines).toEqual(['redis: ended unexpectedly (signal SIGKILL), starting it again'])
    await supervised.stop()
    expect(await describeProcess(second?.pid ?? 0)).toBeUndefined()
    expect(lines).toHaveLength(1)
  } finally {
    await supervised.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
})

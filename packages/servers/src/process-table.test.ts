// Telling processes apart: the living, the dead, and those that have the number of a dead one.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { describeProcess, endProcess } from './process-table.ts'

it('describes a living process by its command line and its start, always the same', async () => {
  const first = await describeProcess(process.pid)
  expect(first?.commandLine).not.toBe('')
  expect(first?.startedAt).not.toBe('')
  expect(await describeProcess(process.pid)).toEqual(first)
})

it('ends a process that ignores the gentle signal, and knows the dead', async () => {
  const child = spawn('sh', ['-c', 'trap "" TERM; echo ready; while :; do sleep 1; done'])
  await once(child.stdout, 'data')
  const pid = child.pid ?? 0
  expect(await endProcess(pid, ['SIGTERM', 'SIGKILL'], 200)).toBe(true)
  expect(await describeProcess(pid)).toBeUndefined()
  expect(await endProcess(pid, ['SIGTERM'], 200)).toBe(true)
})

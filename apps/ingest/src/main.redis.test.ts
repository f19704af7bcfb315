import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { freshKeyPrefix, testRedisUrl } from '@weir/testkit'
import { describe, expect, it } from 'vitest'
import { HEAP_FLAGS } from './heap.ts'

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))
const LISTENING = /"url":"(http:[^"]+)"/
const TICK = { symbol: 'SPY', price: 167.41, volume: 100, timestamp: 1_381_132_800_464 }

const podSettings = () => ({ REDIS_URL: testRedisUrl(), REDIS_KEY_PREFIX: freshKeyPrefix(), INGEST_PORT: '0' })

function startMain(env: Record<string, string>, nodeOptions: readonly string[] = []) {
  const child = spawn(process.execPath, [...nodeOptions, MAIN], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (output += String(bytes)))
  return { child, exited: once(child, 'exit') as Promise<[number | null]>, output: () => output }
}

describe('the ingest process', () => {
  it('takes ticks until SIGTERM, and then exits with 0', async () => {
    const pod = startMain(podSettings())
    await expect.poll(pod.output, { timeout: 10_000 }).toMatch(LISTENING)
    const url = LISTENING.exec(pod.output())?.[1]
    const sent = { method: 'POST', body: JSON.stringify([TICK]), headers: { 'content-type': 'application/json' } }
    expect(await (await fetch(`${url}/v1/ticks`, sent)).json()).toMatchObject({ accepted: 1 })
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({
      redis_persistence: 'aof always',
      maxmemory_policy: 'noeviction',
    })
    pod.child.kill('SIGTERM')
    expect((await pod.exited)[0]).toBe(0)
  })

  it.runIf(process.platform === 'linux').each([
    { given: [], options: HEAP_FLAGS },
    { given: ['--max-semi-space-size=16'], options: ['--max-semi-space-size=16'] },
  ])('has the heap of a pod, or what its command line sets: $given', async ({ given, options }) => {
    const pod = startMain(podSettings(), given)
    await expect.poll(pod.output, { timeout: 10_000 }).toMatch(LISTENING)
    const words = readFileSync(`/proc/${pod.child.pid}/cmdline`, 'utf8').split('\0')
    expect(words.slice(1, words.indexOf(MAIN))).toEqual(options)
    pod.child.kill('SIGTERM')
    expect((await pod.exited)[0]).toBe(0)
  })

  it('says every fault of its settings, and exits with 1', async () => {
    const pod = startMain({ SHARDS: 'many' })
    expect((await pod.exited)[0]).toBe(1)
    expect(pod.output()).toMatch(/REDIS_URL is not set[^]*SHARDS is "many"/)
  })
})

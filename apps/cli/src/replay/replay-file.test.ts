import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@weir/service'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { IngestClient, NumberedBatch, SendReply } from './ingest-client.ts'
import { replayFile } from './replay-file.ts'
import { inspectTickFile, type TickFile } from './tick-file.ts'

let folder: string
let file: TickFile
const TICKS = 100

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-replay-'))
  const lines = Array.from({ length: TICKS }, (_, index) => `A,${index + 1},1,${index}`)
  const path = join(folder, 'ticks.csv')
  await writeFile(path, `symbol,price,volume,timestamp\n${lines.join('\n')}\n`)
  file = await inspectTickFile(path)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A server that counts by the rules of sequences; `forgets` are marks it falls back to, once each, before a request. */
function countingServer(start: { mark?: number; forgets?: { atSequence: number; mark: number }[] } = {}) {
  let mark = start.mark ?? 0
  const forgets = [...(start.forgets ?? [])]
  const counted = new Map<string, number>()
  const client: IngestClient = {
    readMark: async () => mark,
    send: async ({ sequence, lines }: NumberedBatch): Promise<SendReply> => {
      if (forgets[0]?.atSequence === sequence) mark = forgets.shift()?.mark ?? mark
      if (sequence > mark + 1) return { kind: 'gap', expected: mark + 1 }
      const known = Math.min(lines.length, mark + 1 - sequence)
      for (const line of lines.slice(known)) counted.set(line, (counted.get(line) ?? 0) + 1)
      mark = Math.max(mark, sequence + lines.length - 1)
      return { kind: 'counted', accepted: lines.length - known, duplicates: known, rejected: 0, rejections: [] }
    },
  }
  return { client, counted }
}

function replay(client: IngestClient, batchTicksMax: number) {
  return replayFile(file, {
    client,
    clock: systemClock,
    signal: new AbortController().signal,
    batchTicksMax,
    speed: undefined,
    onProgress: () => {},
    onRejection: () => {},
  })
}

describe('replayFile', () => {
  it('sends every tick once', async () => {
    const { client, counted } = countingServer()
    expect(await replay(client, 7)).toMatchObject({ ticks: TICKS, accepted: TICKS, duplicates: 0, rejected: 0 })
    expect(counted.size).toBe(TICKS)
  })

  it('goes on after what is known, and counts that as duplicates', async () => {
    const { client, counted } = countingServer({ mark: 33 })
    expect(await replay(client, 10)).toMatchObject({ accepted: 67, duplicates: 33 })
    expect(counted.size).toBe(67)
  })

  it('sends nothing of a file that is known in full', async () => {
    const { client, counted } = countingServer({ mark: TICKS })
    expect(await replay(client, 10)).toMatchObject({ accepted: 0, duplicates: TICKS })
    expect(counted.size).toBe(0)
  })

  it('goes back to the tick that a server expects that has forgotten some', async () => {
    const { client, counted } = countingServer({ forgets: [{ atSequence: 51, mark: 20 }] })
    expect(await replay(client, 10)).toMatchObject({ ticks: TICKS, accepted: TICKS + 30 })
    expect(counted.get('A,21,1,20')).toBe(2)
    expect(counted.size).toBe(TICKS)
  })

  it('gives up on a server that never takes the tick that it expects', async () => {
    const client: IngestClient = { readMark: async () => 0, send: async () => ({ kind: 'gap', expected: 5 }) }
    await expect(replay(client, 10)).rejects.toThrow(/expects tick 5/)
  })
})

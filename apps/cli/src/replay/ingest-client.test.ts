// Goal: a batch is sent until it is answered, and what cannot be answered well is told with what to do. Method: a small HTTP
// server that answers as it is told to.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemRandom } from '@weir/service'
import { afterEach, describe, expect, it } from 'vitest'
import { createIngestClient } from './ingest-client.ts'

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void

const held: (() => void)[] = []
afterEach(() => held.splice(0).forEach((release) => release()))

const batch = {
  producer: 'file-1',
  sequence: 5,
  header: 'symbol,price,volume,timestamp',
  lines: ['A,1,1,1', 'B,2,2,2'],
}
const counted = {
  ticks: 2,
  accepted: 1,
  duplicates: 0,
  rejected: 1,
  errors: [{ index: 1, reason: 'price is not positive' }],
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (_request, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

/** Gives each answer once, the last one for ever. */
async function clientOf(answers: Answer[], options: { token?: string; patienceMs?: number } = {}) {
  const requests: { url: string | undefined; headers: IncomingMessage['headers']; body: string }[] = []
  const waits: number[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (data: Buffer) => (body += data.toString()))
    request.on('end', () => {
      requests.push({ url: request.url, headers: request.headers, body })
      const answer = answers.length > 1 ? answers.shift() : answers[0]
      answer?.(request, response, body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  held.push(() => {
    server.closeAllConnections()
    server.close()
  })
  let nowMs = 0
  const client = createIngestClient({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: options.token,
    // Waiting costs no time here.
    clock: { nowMs: () => nowMs, monotonicMs: () => nowMs, sleep: async (ms) => void (nowMs += ms) },
    random: systemRandom,
    signal: new AbortController().signal,
    patienceMs: options.patienceMs ?? 60_000,
    onWait: (_reason, waitMs) => waits.push(waitMs),
  })
  return { client, requests, waits }
}

describe('the ingest client', () => {
  it('sends a numbered batch as CSV, and reads what became of it', async () => {
    const { client, requests } = await clientOf([json(200, counted)], { token: 'a-secret-token' })
    expect(await client.send(batch)).toEqual({
      kind: 'counted',
      accepted: 1,
      duplicates: 0,
      rejected: 1,
      rejections: [{ index: 1, reason: 'price is not positive' }],
    })
    expect(requests).toMatchObject([
      {
        url: '/v1/ticks',
        headers: {
          'weir-producer': 'file-1',
          'weir-sequence': '5',
          'content-type': 'text/csv',
          authorization: 'Bearer a-secret-token',
        },
        body: 'symbol,price,volume,timestamp\nA,1,1,1\nB,2,2,2\n',
      },
    ])
  })

  it('sends a batch again, the same, until it is answered: after a 503, a cut connection, half an answer', async () => {
    const half: Answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"accepted"')
      response.socket?.destroySoon()
    }
    const cut: Answer = (_request, response) => response.socket?.destroy()
    const busy = json(503, { error: { code: 'X', message: 'full' } }, { 'retry-after': '7' })
    const { client, requests, waits } = await clientOf([busy, cut, half, json(200, counted)])
    expect(await client.send(batch)).toMatchObject({ kind: 'counted', accepted: 1 })
    expect(requests).toHaveLength(4)
    expect(new Set(requests.map(({ body, headers }) => `${String(headers['weir-sequence'])}${body}`)).size).toBe(1)
    expect(waits[0]).toBe(7000)
  })

  it('tells a gap with the number that is expected', async () => {
    const { client } = await clientOf([
      json(409, { error: { code: 'WEIR_SEQUENCE_GAP', message: 'missing', expected: 3 } }),
    ])
    expect(await client.send(batch)).toEqual({ kind: 'gap', expected: 3 })
  })

  it('reads where a producer stands', async () => {
    const { client, requests } = await clientOf([json(200, { producer: 'file 1', mark: 42, next: 43 })])
    expect(await client.readMark('file 1')).toBe(42)
    expect(requests[0]?.url).toBe('/v1/producers/file%201')
  })

  it.each([
    [401, /answers 401: no.*WEIR_TOKEN/],
    [404, /answers 404: no.*Is this the URL/],
    [413, /answers 413: no.*smaller --batch/],
    [422, /answers 422: no/],
  ])('gives up at once on a %i, saying what to do', async (status, message) => {
    const { client, requests } = await clientOf([json(status, { error: { code: 'X', message: 'no' } })])
    await expect(client.send(batch)).rejects.toThrow(message)
    expect(requests).toHaveLength(1)
  })

  it('claims nothing of an answer that is none of Weir', async () => {
    const { client } = await clientOf([(_request, response) => response.end('<html>hello</html>')])
    await expect(client.send(batch)).rejects.toMatchObject({
      code: 'WEIR_CLI_REFUSED',
      message: expect.stringContaining('does not answer like'),
    })
  })

  it('ends in an unreachable server when patience ends, soon where it was never reached', async () => {
    const { client } = await clientOf([json(503, { error: { code: 'X', message: 'full' } })], { patienceMs: 10_000 })
    await expect(client.send(batch)).rejects.toMatchObject({ code: 'WEIR_CLI_UNREACHABLE' })
    const { client: stranger, waits } = await clientOf([(_request, response) => response.socket?.destroy()], {
      patienceMs: 3_600_000,
    })
    await expect(stranger.readMark('x')).rejects.toMatchObject({ code: 'WEIR_CLI_UNREACHABLE' })
    expect(waits.reduce((total, ms) => total + ms, 0)).toBeLessThan(5000)
  })
})

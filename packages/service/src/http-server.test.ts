import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { requireRole } from './access.ts'
import { ConfigError } from './config.ts'
import { HttpError } from './http-error.ts'
import { createHttpServer, type HttpServer, type HttpServerOptions } from './http-server.ts'
import { createLogger } from './logger.ts'

const TOKENS = [
  { role: 'ingest', token: 'token-of-ingest-0' },
  { role: 'operate', token: 'token-of-operate-' },
  { role: 'read', token: 'token-of-read-000' },
] as const

const servers: HttpServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

function setUp(options: Partial<HttpServerOptions> = {}) {
  const lines: string[] = []
  const server = createHttpServer({
    log: createLogger({ name: 'http', level: 'info', destination: { write: (line) => void lines.push(line) } }),
    host: '127.0.0.1',
    port: 0,
    settingPrefix: 'INGEST',
    tokens: [],
    bodyLimitBytes: 1024,
    health: () => ({ dirty_items_count: 3 }),
    ...options,
  })
  servers.push(server)
  server.app.get('/v1/things/:name', { onRequest: requireRole('read') }, async () => ({ thing: true }))
  server.app.post('/v1/ticks', { onRequest: requireRole('ingest') }, async () => ({ accepted: true }))
  server.app.post('/v1/sync', { onRequest: requireRole('operate') }, async () => ({ started: true }))
  return { server, app: server.app, lines }
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

describe('health routes', () => {
  it('tell the figures of health as metrics, to readers alone', async () => {
    const { app } = setUp({ tokens: TOKENS })
    const url = '/metrics'
    expect((await app.inject({ url })).statusCode).toBe(401)
    const told = await app.inject({ url, headers: bearer('token-of-read-000') })
    expect(told.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(told.body).toBe('# TYPE weir_ingest_dirty_items_count gauge\nweir_ingest_dirty_items_count 3\n')
  })

  it('tell life, readiness with reasons, and health', async () => {
    let reasons: readonly string[] = []
    const { app } = setUp({ notReady: () => reasons })
    expect((await app.inject('/livez')).json()).toEqual({ status: 'alive' })
    expect((await app.inject('/health')).json()).toEqual({ dirty_items_count: 3 })
    expect((await app.inject('/readyz')).statusCode).toBe(200)
    reasons = ['Redis is away']
    const response = await app.inject('/readyz')
    expect([response.statusCode, response.json()]).toEqual([503, { status: 'not ready', reasons: ['Redis is away'] }])
    expect((await app.inject('/livez')).statusCode).toBe(200)
  })

  it('no call writes a log line at info', async () => {
    const { app, lines } = setUp()
    await Promise.all([
      app.inject('/health'),
      app.inject('/nowhere'),
      app.inject({ method: 'POST', url: '/v1/ticks', payload: {} }),
    ])
    expect(lines).toEqual([])
  })
})

describe('access with tokens', () => {
  it.each([
    ['/livez and /readyz ask for none', 'GET', '/readyz', undefined, 200],
    ['/health asks for one', 'GET', '/health', undefined, 401],
    ['an unknown path asks for one', 'GET', '/nowhere', undefined, 401],
    ['a wrong one is refused', 'GET', '/health', 'token-of-read-001', 401],
    ['the start of a right one is refused', 'GET', '/health', 'token-of-read-00', 401],
    ['read reads', 'GET', '/health', 'token-of-read-000', 200],
    ['operate reads too', 'GET', '/health', 'token-of-operate-', 200],
    ['ingest does not read', 'GET', '/health', 'token-of-ingest-0', 403],
    ['ingest sends', 'POST', '/v1/ticks', 'token-of-ingest-0', 200],
    ['operate does not send', 'POST', '/v1/ticks', 'token-of-operate-', 403],
    ['operate acts', 'POST', '/v1/sync', 'token-of-operate-', 200],
    ['read does not act', 'POST', '/v1/sync', 'token-of-read-000', 403],
  ] as const)('%s', async (_name, method, url, token, status) => {
    const { app } = setUp({ tokens: TOKENS })
    const response = await app.inject({ method, url, headers: token === undefined ? {} : bearer(token) })
    expect(response.statusCode).toBe(status)
    expect(response.headers['www-authenticate']).toBe(status === 401 ? 'Bearer' : undefined)
  })

  it('a server that others can reach does not start without tokens', () => {
    for (const host of ['0.0.0.0', '::', 'weir.example']) {
      expect(() => setUp({ host })).toThrow(ConfigError)
      expect(() => setUp({ host })).toThrow(/INGEST_HOST is .*set WEIR_TOKENS/)
    }
    expect(() => setUp({ host: '0.0.0.0', tokens: TOKENS })).not.toThrow()
  })
})

describe('access without tokens', () => {
  it.each([
    ['localhost:8080', undefined, 200],
    ['[::1]:8080', 'http://localhost:3000', 200],
    ['rebound.example:8080', undefined, 403],
    ['localhost:8080', 'https://evil.example', 403],
    ['localhost:8080', 'null', 403],
  ])('host %s with origin %s is %i', async (host, origin, status) => {
    const { app } = setUp()
    const response = await app.inject({
      url: '/health',
      headers: { host, ...(origin === undefined ? {} : { origin }) },
    })
    expect(response.statusCode).toBe(status)
  })
})

describe('errors', () => {
  it('have one shape and stable codes', async () => {
    const { app, lines } = setUp()
    app.post('/conflict', async () => {
      throw new HttpError(409, 'WEIR_GAP', 'expected 7', { details: { expected: 7 }, headers: { 'retry-after': '2' } })
    })
    app.get('/broken', async () => {
      throw new Error('secret inside')
    })
    const conflict = await app.inject({ method: 'POST', url: '/conflict' })
    expect([conflict.statusCode, conflict.headers['retry-after'], conflict.json()]).toEqual([
      409,
      '2',
      { error: { code: 'WEIR_GAP', message: 'expected 7', expected: 7 } },
    ])
    const broken = await app.inject('/broken')
    expect([broken.statusCode, broken.json().error.code]).toEqual([500, 'WEIR_INTERNAL'])
    expect(broken.body).not.toContain('secret inside')
    expect(lines.join('')).toContain('secret inside')
  })

  it.each([
    ['a wrong path', { url: '/nowhere' }, 404, 'WEIR_NOT_FOUND'],
    ['a wrong method', { method: 'DELETE', url: '/v1/ticks?x=1' }, 405, 'WEIR_METHOD_NOT_ALLOWED'],
    [
      'a wrong method on a path with a parameter',
      { method: 'POST', url: '/v1/things/a' },
      405,
      'WEIR_METHOD_NOT_ALLOWED',
    ],
    ['a malformed URL', { url: '/v1/things/%zz' }, 400, 'WEIR_URL_INVALID'],
    [
      'a body that is no JSON',
      { method: 'POST', url: '/v1/ticks', headers: { 'content-type': 'application/json' }, payload: '{' },
      400,
      'WEIR_BODY_INVALID',
    ],
    [
      'a body that is too large',
      { method: 'POST', url: '/v1/ticks', payload: { text: 'x'.repeat(2000) } },
      413,
      'WEIR_BODY_TOO_LARGE',
    ],
    [
      'a body of an unknown type',
      { method: 'POST', url: '/v1/ticks', headers: { 'content-type': 'a/b' }, payload: 'x' },
      415,
      'WEIR_MEDIA_TYPE_UNSUPPORTED',
    ],
  ] as const)('%s', async (_name, request, status, code) => {
    const { app } = setUp()
    const response = await app.inject(request)
    expect([response.statusCode, response.json().error.code]).toEqual([status, code])
  })
})

it('a 405 names the methods that the path has', async () => {
  const { app } = setUp()
  const allowed = async (url: string) => (await app.inject({ method: 'DELETE', url })).headers.allow
  expect([await allowed('/v1/ticks?x=1'), await allowed('/v1/things/a')]).toEqual(['POST', 'GET, HEAD'])
})

describe('listen and close', () => {
  it('answers at the URL that listen gives', async () => {
    const { server } = setUp()
    const url = await server.listen()
    expect(await (await fetch(`${url}/livez`)).json()).toEqual({ status: 'alive' })
  })

  it('a port that is taken is a WEIR_PORT_IN_USE that says which, and how to choose another', async () => {
    const port = Number(new URL(await setUp().server.listen()).port)
    await expect(setUp({ port }).server.listen()).rejects.toMatchObject({
      code: 'WEIR_PORT_IN_USE',
      message: expect.stringMatching(new RegExp(`port ${port} .*INGEST_PORT`)),
    })
  })

  it('a host that is not here is a WEIR_HOST_UNKNOWN', async () => {
    const listening = setUp({ host: '192.0.2.1', tokens: TOKENS }).server.listen()
    await expect(listening).rejects.toMatchObject({
      code: 'WEIR_HOST_UNKNOWN',
      message: expect.stringContaining('INGEST_HOST'),
    })
  })

  it('a request in flight is answered before the server has stopped, and its connection is given up', async () => {
    const { server, app } = setUp()
    let finish: () => void = () => undefined
    const arrived = new Promise<void>((resolve) => {
      app.get('/slow', async () => {
        resolve()
        await new Promise<void>((done) => (finish = done))
        return { slow: true }
      })
    })
    const answering = fetch(`${await server.listen()}/slow`)
    await arrived
    const closing = server.close()
    finish()
    await closing
    const answer = await answering
    expect([answer.status, answer.headers.get('connection'), await answer.json()]).toEqual([
      200,
      'close',
      { slow: true },
    ])
  })

  it.each([
    ['/readyz', '"reasons":["stopping"]'],
    ['/health', 'WEIR_STOPPING'],
  ])('%s answers 503 once the server stops', async (path, reason) => {
    const { server } = setUp()
    const url = await server.listen()
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    const answer = text(socket)
    // Half a request keeps a connection open over the stop; the whole one after it shows that the half has been read.
    socket.write(`GET ${path} HTTP/1.1\r\n`)
    await (await fetch(`${url}/livez`)).arrayBuffer()
    const closing = server.close()
    socket.write('Host: localhost\r\n\r\n')
    await closing
    expect(await answer).toMatch(/^HTTP\/1\.1 503 /)
    expect(await answer).toContain(reason)
  })

  it('close is legal before listen, and twice', async () => {
    const { server } = setUp()
    await server.close()
    await expect(server.close()).resolves.toBeUndefined()
  })
})

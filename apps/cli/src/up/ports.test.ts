import type { AddressInfo } from 'node:net'
import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assertPortsFree, upPorts } from './ports.ts'

let taken: Server
beforeAll(() => new Promise<void>((resolve) => (taken = createServer()).listen(0, '127.0.0.1', resolve)))
afterAll(() => void taken.close())

describe('upPorts', () => {
  it.each([
    ['nothing is said', undefined, {}, { ingest: 8080, dashboard: 8081 }],
    ['--port is', 9000, { INGEST_PORT: '7000', DASHBOARD_PORT: '7500' }, { ingest: 9000, dashboard: 9001 }],
    ['any port is asked for', 0, {}, { ingest: 0, dashboard: 0 }],
    ['INGEST_PORT is', undefined, { INGEST_PORT: '7000' }, { ingest: 7000, dashboard: 7001 }],
    [
      'both settings are',
      undefined,
      { INGEST_PORT: '7000', DASHBOARD_PORT: '7500' },
      { ingest: 7000, dashboard: 7500 },
    ],
  ])('is as expected where %s', (_what, port, env, ports) => expect(upPorts(port, env)).toEqual(ports))
})

describe('assertPortsFree', () => {
  it('names the port that another program has, and what to do', async () => {
    const { port } = taken.address() as AddressInfo
    await expect(assertPortsFree({ ingest: 0, dashboard: port }, {})).rejects.toThrow(
      new RegExp(`port ${port} on 127.0.0.1, for the dashboard, is in use.*weir up --port`),
    )
    await assertPortsFree({ ingest: 0, dashboard: 0 }, {})
  })
})

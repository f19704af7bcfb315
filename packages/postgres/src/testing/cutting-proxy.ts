/** For tests: a network between Weir and PostgreSQL that can cut a connection at a reply, or swallow all that follows. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface CuttingProxy {
  /** The given URL, by way of the proxy. */
  readonly url: string
  /** `cut`: the next reply ends its connection instead of arriving. `swallow`: nothing arrives any more, in silence. */
  mode: 'pass' | 'cut' | 'swallow'
  close(): Promise<void>
}

export async function startCuttingProxy(databaseUrl: string): Promise<CuttingProxy> {
  const behind = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(Number(behind.port), behind.hostname)
    const end = () => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', end).on('close', () => {
        sockets.delete(socket)
        end()
      })
    }
    client.on('data', (bytes) => upstream.write(bytes))
    upstream.on('data', (bytes) => {
      if (proxy.mode === 'pass') client.write(bytes)
      if (proxy.mode === 'cut') end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const through = new URL(databaseUrl)
  through.hostname = '127.0.0.1'
  through.port = String((server.address() as AddressInfo).port)
  const proxy: CuttingProxy = {
    url: through.href,
    mode: 'pass',
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
  return proxy
}

/** For tests: a way to PostgreSQL that opens later, or closes for a while. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { freePort } from '@weir/testkit'

export interface LateProxy extends AsyncDisposable {
  /** The given URL, by way of the proxy. */
  readonly url: string
  open(): Promise<void>
  /** Cuts what is connected, and refuses from now on. */
  close(): Promise<void>
}

export async function createLateProxy(databaseUrl: string): Promise<LateProxy> {
  const behind = new URL(databaseUrl)
  const through = new URL(databaseUrl)
  through.hostname = '127.0.0.1'
  through.port = String(await freePort())
  const sockets = new Set<Socket>()
  let server: Server | undefined
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    const closing = server
    server = undefined
    if (closing !== undefined) {
      closing.close()
      await once(closing, 'close')
    }
  }
  return {
    url: through.href,
    close,
    async open() {
      server = createServer((client) => {
        const upstream = connect(Number(behind.port), behind.hostname)
        for (const [socket, other] of [
          [client, upstream],
          [upstream, client],
        ] as const) {
          sockets.add(socket)
          socket.on('error', () => other.destroy())
          socket.on('close', () => {
            sockets.delete(socket)
            other.destroy()
          })
          socket.pipe(other)
        }
      })
      server.listen(Number(through.port), '127.0.0.1')
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      if (String(port) !== through.port) throw new Error('the proxy listens elsewhere')
    },
    [Symbol.asyncDispose]: close,
  }
}

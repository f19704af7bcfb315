// Loopback ports: find a free one, or say clearly that the wanted one is taken.

import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { ServerError } from './server-error.ts'

const host = '127.0.0.1'

/**
 * Below the ports that systems give to connections and to servers that ask for any (Linux: from 32,768, others: from
 * 49,152), so that none of those takes it before its server listens, or while that server is started again.
 */
const ports = { first: 20_000, end: 32_000 } as const
/** Of so many ports in a row each is for other processes, by their ids: tests that run side by side do not meet. */
const processes = 61
const turns = Math.floor((ports.end - ports.first) / processes)
const triesMax = 100
let turn = randomInt(turns)

/** A port on 127.0.0.1 that was free a moment ago, and is not given again soon. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < triesMax; tries++) {
    turn = (turn + 1) % turns
    const port = await listenOnce(ports.first + turn * processes + (process.pid % processes)).catch(() => undefined)
    if (port !== undefined) return port
  }
  return listenOnce(0)
}

/** Throws PORT_IN_USE when something listens on the port already. */
export async function assertPortIsFree(port: number, serverName: string): Promise<void> {
  try {
    await listenOnce(port)
  } catch (cause) {
    throw new ServerError(
      'PORT_IN_USE',
      `${serverName} cannot listen on ${host}:${port}: another program does. Stop it, or choose another port.`,
      { cause },
    )
  }
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address()
      if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
      server.close(() => resolve(address.port))
    })
  })
}

/** Where `weir up` listens: the ports that were asked for, and an early word where another program has one. */
import { createServer } from 'node:net'
import { type Environment, isSettingGiven, parseSettings } from '@weir/service'
import { CliError } from '../cli-error.ts'

export interface UpPorts {
  /** 0 is any free one. */
  readonly ingest: number
  readonly dashboard: number
}

/** `--port` decides both; without it INGEST_PORT and DASHBOARD_PORT do, and the dashboard is next to ingest. */
export function upPorts(port: number | undefined, env: Environment): UpPorts {
  const settings = parseSettings(['INGEST_PORT', 'DASHBOARD_PORT'], env)
  const ingest = port ?? settings.INGEST_PORT
  const next = ingest === 0 ? 0 : ingest + 1
  const isDashboardGiven = port === undefined && isSettingGiven('DASHBOARD_PORT', env)
  return { ingest, dashboard: isDashboardGiven ? settings.DASHBOARD_PORT : next }
}

/** Before anything is started: whoever takes the port later is told of by the servers themselves. Throws CliError. */
export async function assertPortsFree({ ingest, dashboard }: UpPorts, env: Environment): Promise<void> {
  const { INGEST_HOST, DASHBOARD_HOST } = parseSettings(['INGEST_HOST', 'DASHBOARD_HOST'], env)
  await assertPortFree(INGEST_HOST, ingest, 'ingest')
  await assertPortFree(DASHBOARD_HOST, dashboard, 'the dashboard')
}

async function assertPortFree(host: string, port: number, purpose: string): Promise<void> {
  if (port === 0) return
  const fault = await tryPort(host, port)
  if (fault?.code !== 'EADDRINUSE') return
  const message = `port ${port} on ${host}, for ${purpose}, is in use by another program. End it, or choose another: weir up --port 9080 (0: any free one).`
  throw new CliError('WEIR_CLI_PORT_IN_USE', message, { cause: fault })
}

function tryPort(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', resolve)
    server.listen({ host, port }, () => server.close(() => resolve(undefined)))
  })
}

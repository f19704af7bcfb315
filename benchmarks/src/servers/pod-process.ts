/** An ingest pod or a sync worker as a process of its own: the program that users run, with its settings as variables. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '@weir/servers'
import { layoutSettings } from '../bench-layout.ts'
import { KEY_PREFIX } from './bench-hot-store.ts'

export interface PodProcess {
  readonly url: string
  readonly pid: number
  stop(): Promise<void>
}

export interface PodOptions {
  readonly redisUrl: string
  /** Sessions alone, where it is left out. */
  readonly accumulators?: readonly string[] | undefined
  /** Where the processor profile goes when it ends. */
  readonly profileDir?: string | undefined
}

export interface WorkerOptions extends PodOptions {
  readonly databaseUrl: string
  readonly intervalSeconds: number
  readonly batchRows?: number
}

const READY_LIMIT_MS = 20_000
const READY_POLL_MS = 20
const mainOf = (app: string) => fileURLToPath(new URL(`../../../apps/${app}/src/main.ts`, import.meta.url))

/** Without PostgreSQL: it would be asked only for what a wiped Redis has lost. */
export function startPod({ redisUrl, accumulators, profileDir }: PodOptions): Promise<PodProcess> {
  return start('ingest', 'INGEST_PORT', profileDir, { REDIS_URL: redisUrl, ...layoutSettings(accumulators) })
}

export function startWorker({ profileDir, ...options }: WorkerOptions): Promise<PodProcess> {
  return start('sync', 'DASHBOARD_PORT', profileDir, {
    REDIS_URL: options.redisUrl,
    DATABASE_URL: options.databaseUrl,
    ...layoutSettings(options.accumulators),
    SESSION_ACCUMULATION_INTERVAL: String(options.intervalSeconds),
    SYNC_ON_SHUTDOWN: 'false',
    ...(options.batchRows === undefined ? {} : { DIRTY_DATA_BATCH_SIZE: String(options.batchRows) }),
  })
}

async function start(
  app: string,
  portName: string,
  profileDir: string | undefined,
  settings: Readonly<Record<string, string>>,
): Promise<PodProcess> {
  const port = await freePort()
  const profile = profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`]
  const env = { ...settings, REDIS_KEY_PREFIX: KEY_PREFIX, [portName]: String(port), LOG_LEVEL: 'warn' }
  const child = spawn(process.execPath, [...profile, mainOf(app)], { env, stdio: ['ignore', 2, 2] })
  const exited = once(child, 'exit')
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  void exited.then(() => process.off('exit', kill))
  const url = `http://127.0.0.1:${port}`
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await exited
  }
  const untilMs = performance.now() + READY_LIMIT_MS
  while (!(await isReady(url))) {
    if (child.exitCode !== null || performance.now() > untilMs) {
      await stop()
      throw new Error(`apps/${app} did not get ready; its words are above`)
    }
    await sleep(READY_POLL_MS)
  }
  return { url, pid: child.pid ?? 0, stop }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok
  } catch {
    return false
  }
}

/**
 * Weir's processes as a user runs them, for tests that kill them: each is started from its entry, waited for at /readyz,
 * and ended by its own id.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '@weir/testkit'

const entry = (path: string) => fileURLToPath(new URL(`../apps/${path}/src/main.ts`, import.meta.url))
/** For a test that fails: on a machine that others keep busy, a start has taken more than 30 s. */
const READY_LIMIT_MS = 120_000
const READY_POLL_MS = 50

export interface WeirProcess {
  readonly url: string
  /** Ends it at once, as a crash does, and waits until it is gone. */
  crash(): Promise<void>
  /** Asks it to stop, and gives its exit code. */
  stop(): Promise<number | null>
  /** Starts it again on the same port. */
  restart(): Promise<void>
  /** What it has logged, for the message of a failing test. */
  log(): string
}

export interface CliResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export async function startWeirProcess(app: 'ingest' | 'sync', env: Record<string, string>): Promise<WeirProcess> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const portName = app === 'ingest' ? 'INGEST_PORT' : 'DASHBOARD_PORT'
  let child: ChildProcess
  let output = ''
  const start = async (): Promise<void> => {
    child = spawn(process.execPath, [entry(app)], { env: { ...cleanEnvironment(), ...env, [portName]: String(port) } })
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (output += String(data)))
    await waitUntilReady(
      url,
      () => child.exitCode,
      () => output,
    )
  }
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit')
      child.kill(signal)
      await exited
    }
    return child.exitCode
  }
  await start().catch(async (error: unknown) => {
    await end('SIGKILL')
    throw error
  })
  return {
    url,
    crash: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    restart: start,
    log: () => output,
  }
}

/** Runs `weir` with these arguments to its end. */
export async function runCli(
  arguments_: readonly string[],
  env: Record<string, string> = {},
  onStart?: (child: ChildProcess) => void,
): Promise<CliResult> {
  const child = spawn(process.execPath, [entry('cli'), ...arguments_], { env: { ...cleanEnvironment(), ...env } })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (data) => (stdout += String(data)))
  child.stderr.on('data', (data) => (stderr += String(data)))
  onStart?.(child)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

/** Throws with everything that was said, unless the command ended well. */
export function assertSucceeded({ code, stdout, stderr }: CliResult, ...logs: readonly string[]): void {
  if (code !== 0) throw new Error([`weir ended with ${code}`, stdout, stderr, ...logs].join('\n'))
}

/** Polls a condition until it holds; the deadline is a limit for a failing test, not a wait. */
export async function until(what: string, limitMs: number, condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + limitMs
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${limitMs} ms: ${what}`)
    await delay(READY_POLL_MS)
  }
}

async function waitUntilReady(url: string, exitCode: () => number | null, log: () => string): Promise<void> {
  await until(`${url}/readyz answers 200`, READY_LIMIT_MS, async () => {
    if (exitCode() !== null) throw new Error(`the process ended with ${exitCode()}:\n${log()}`)
    const response = await fetch(`${url}/readyz`).catch(() => undefined)
    await response?.arrayBuffer()
    return response?.status === 200
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${log()}`)
  })
}

/** Settings of the developer's own shell must not reach the processes under test. */
function cleanEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '', TZ = '' } = process.env
  return { PATH, HOME, ...(TZ === '' ? {} : { TZ }), NO_COLOR: '1' }
}

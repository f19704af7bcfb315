/** For tests: the command `weir` as a process of its own, on this Node, with nothing of the developer's environment. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

export interface WeirResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** stdout as JSON. */
  json<Value = Record<string, unknown>>(): Value
}

export interface RunningUp {
  readonly ready: Readonly<Record<'event' | 'ingest' | 'dashboard' | 'redis' | 'postgres', string>>
  stdout(): string
  stderr(): string
  /** SIGTERM; gives the exit code. */
  stop(): Promise<number | null>
}

/** Runs to its end. */
export async function runWeir(
  argumentList: readonly string[],
  env: Record<string, string> = {},
  cwd = process.cwd(),
): Promise<WeirResult> {
  const child = spawnWeir(argumentList, env, cwd)
  const { stdout, stderr } = collect(child)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout: stdout(), stderr: stderr(), json: () => JSON.parse(stdout()) }
}

/** Runs to its end; throws, with what was said, where that is no success. */
export async function weirSucceeds(
  argumentList: readonly string[],
  env: Record<string, string> = {},
  cwd = process.cwd(),
): Promise<WeirResult> {
  const result = await runWeir(argumentList, env, cwd)
  if (result.code === 0) return result
  throw new Error(`weir ${argumentList.join(' ')} ended with ${result.code}:\n${result.stdout}\n${result.stderr}`)
}

/** Starts `weir up --json` and waits until it says that it is ready. */
export async function startUp(argumentList: readonly string[], env: Record<string, string> = {}): Promise<RunningUp> {
  const child = spawnWeir(['up', '--json', ...argumentList], env, process.cwd())
  const { stdout, stderr } = collect(child)
  const closed = once(child, 'close')
  const line = await Promise.race([firstLine(child), closed.then(() => undefined)])
  if (line === undefined) throw new Error(`weir up ended with ${child.exitCode}:\n${stderr()}`)
  return {
    ready: JSON.parse(line) as RunningUp['ready'],
    stdout,
    stderr,
    stop: async () => {
      child.kill('SIGTERM')
      await closed
      return child.exitCode
    },
  }
}

function spawnWeir(argumentList: readonly string[], env: Record<string, string>, cwd: string): ChildProcess {
  const { PATH = '', HOME = '' } = process.env
  return spawn(process.execPath, [MAIN, ...argumentList], {
    cwd,
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

function collect(child: ChildProcess): { stdout: () => string; stderr: () => string } {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (data: Buffer) => (stdout += data.toString()))
  child.stderr?.on('data', (data: Buffer) => (stderr += data.toString()))
  return { stdout: () => stdout, stderr: () => stderr }
}

async function firstLine(child: ChildProcess): Promise<string | undefined> {
  if (child.stdout === null) return undefined
  for await (const line of createInterface({ input: child.stdout })) return line
  return undefined
}

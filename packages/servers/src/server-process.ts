// Spawns a server in a process group of its own, so that Ctrl-C in the terminal reaches only the one who started it,
// and the server stops last. Its output goes to a file: an orphan can go on writing there, and a failed start can be
// explained.

import { type ChildProcess, spawn } from 'node:child_process'
import { open, readFile, rename } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { ServerError } from './server-error.ts'
import type { ServerExit } from './server-handle.ts'

const logTailLinesMax = 5
const stopGraceMs = 30_000

export type ServerProcessOptions = {
  readonly serverName: string
  readonly command: string
  readonly argumentList: readonly string[]
  /** The whole environment: what the user's shell holds has no say in how a server behaves. */
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly logFile: string
  /** In the order in which `stop` tries them, `stopGraceMs` apart. */
  readonly stopSignals: readonly NodeJS.Signals[]
  readonly uid?: number
  readonly gid?: number
}

export type ServerProcess = {
  readonly pid: number
  readonly exited: Promise<ServerExit>
  readonly hasExited: () => boolean
  readonly stop: () => Promise<void>
  readonly kill: (signal: NodeJS.Signals) => void
  /** The last lines of its output, on one line. */
  readonly lastWords: () => Promise<string>
}

export async function spawnServer(options: ServerProcessOptions): Promise<ServerProcess> {
  await rename(options.logFile, `${options.logFile}.1`).catch(() => {})
  const logFile = await open(options.logFile, 'a', 0o600)
  try {
    const child = spawn(options.command, options.argumentList, {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: ['ignore', logFile.fd, logFile.fd],
      ...(options.uid === undefined ? {} : { uid: options.uid }),
      ...(options.gid === undefined ? {} : { gid: options.gid }),
    })
    await hasSpawned(child, options)
    return serverProcess(child, options)
  } finally {
    await logFile.close()
  }
}

function hasSpawned(child: ChildProcess, options: ServerProcessOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (cause) => {
      const message = `${options.serverName}: ${options.command} cannot be run (${cause.message}).`
      reject(new ServerError('SERVER_DID_NOT_START', message, { cause }))
    })
  })
}

function serverProcess(child: ChildProcess, options: ServerProcessOptions): ServerProcess {
  const { pid } = child
  if (pid === undefined) throw new Error('a spawned process has a number')
  let isExited = false
  let stopping: Promise<void> | undefined
  const exited = new Promise<ServerExit>((resolve) => {
    child.once('exit', (code, signal) => {
      isExited = true
      resolve({ code, signal, expected: stopping !== undefined })
    })
  })
  const kill = (signal: NodeJS.Signals): void => {
    if (!isExited) child.kill(signal)
  }
  const stopInSteps = async (): Promise<void> => {
    for (const signal of options.stopSignals) {
      kill(signal)
      const over = new AbortController()
      const grace = sleep(stopGraceMs, undefined, { signal: over.signal }).catch(() => {})
      await Promise.race([exited, grace])
      over.abort()
      if (isExited) return
    }
    await exited
  }
  return {
    pid,
    exited,
    hasExited: () => isExited,
    stop: () => (stopping ??= isExited ? Promise.resolve() : stopInSteps()),
    kill,
    lastWords: () => readLastLines(options.logFile),
  }
}

async function readLastLines(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.length === 0 ? 'it said nothing' : lines.slice(-logTailLinesMax).join(' | ')
}

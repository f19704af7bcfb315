// What the operating system says of a process: enough to tell our own server from a stranger that got its number.

import { readFile } from 'node:fs/promises'
import { poll } from './poll.ts'
import { runCommand } from './run-command.ts'

const psTimeoutMs = 5_000
const pollIntervalMs = 25

export type ProcessDescription = {
  readonly commandLine: string
  /** Differs between two processes that had the same number one after the other. */
  readonly startedAt: string
}

/** Undefined when there is no such process, or it is a zombie. */
export async function describeProcess(pid: number): Promise<ProcessDescription | undefined> {
  if (!processExists(pid)) return undefined
  return process.platform === 'linux' ? describeByProc(pid) : describeByPs(pid)
}

/** Sends the signals one after the other, each time waiting `graceMs` for the end. False: it is still there. */
export async function endProcess(pid: number, signals: readonly NodeJS.Signals[], graceMs: number): Promise<boolean> {
  for (const signal of signals) {
    try {
      process.kill(pid, signal)
    } catch (error) {
      return isErrorWithCode(error, 'ESRCH')
    }
    const isGone = await poll(async () => ((await describeProcess(pid)) === undefined ? true : undefined), {
      intervalMs: pollIntervalMs,
      limitMs: graceMs,
    })
    if (isGone === true) return true
  }
  return false
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return isErrorWithCode(error, 'EPERM')
  }
}

async function describeByProc(pid: number): Promise<ProcessDescription | undefined> {
  try {
    const [commandLine, stat] = await Promise.all([
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ])
    // The name, field 2, is in parentheses and may hold anything; after it come state (3) ... start time (22).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state, startedAt] = [fields[0], fields[19]]
    if (state === 'Z' || startedAt === undefined) return undefined
    return { commandLine: commandLine.replaceAll('\0', ' ').trimEnd(), startedAt }
  } catch {
    return undefined
  }
}

async function describeByPs(pid: number): Promise<ProcessDescription | undefined> {
  const ask = (field: string) =>
    runCommand('ps', ['-ww', '-o', `${field}=`, '-p', String(pid)], { timeoutMs: psTimeoutMs })
  const [command, started, state] = await Promise.all([ask('command'), ask('lstart'), ask('stat')])
  if (command.kind !== 'ran' || started.kind !== 'ran' || state.kind !== 'ran') return undefined
  if (command.stdout.trim() === '' || state.stdout.startsWith('Z')) return undefined
  return { commandLine: command.stdout.trim(), startedAt: started.stdout.trim() }
}

export function isErrorWithCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

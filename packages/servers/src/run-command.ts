// Runs a short command and returns what it said; a missing command is an outcome, not an exception.

import { execFile } from 'node:child_process'

const outputBytesMax = 16 * 1024 * 1024

export type CommandResult =
  | { readonly kind: 'ran'; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'not-started'; readonly reason: string }

export type CommandOptions = {
  readonly timeoutMs: number
  readonly cwd?: string
  readonly uid?: number
  readonly gid?: number
  /** Replaces the inherited environment. */
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
}

export function runCommand(
  command: string,
  argumentList: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const { timeoutMs, stdin, ...spawnOptions } = options
  return new Promise((resolve) => {
    const child = execFile(
      command,
      argumentList,
      { ...spawnOptions, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: outputBytesMax },
      (error, stdout, stderr) => {
        if (error === null) resolve({ kind: 'ran', code: 0, stdout, stderr })
        else if (typeof error.code === 'number') resolve({ kind: 'ran', code: error.code, stdout, stderr })
        else if (error.killed) resolve({ kind: 'not-started', reason: `no answer within ${timeoutMs} ms` })
        else resolve({ kind: 'not-started', reason: error.message })
      },
    )
    // A command that ends before it read its input is judged by its exit code, not by the broken pipe.
    child.stdin?.on('error', () => {})
    child.stdin?.end(stdin ?? '')
  })
}

/** The last line that a failed command said, for an error message. */
export function lastWords(result: CommandResult): string {
  if (result.kind === 'not-started') return result.reason
  const lines = `${result.stdout}\n${result.stderr}`.split('\n').filter((line) => line.trim() !== '')
  return lines.at(-1)?.trim() ?? `exit code ${result.code}`
}

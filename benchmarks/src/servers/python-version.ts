/** The version of `python3`; undefined where there is none. */
import { spawnSync } from 'node:child_process'

export function readPythonVersion(): string | undefined {
  const { status, stdout } = spawnSync('python3', ['--version'], { encoding: 'utf8' })
  return status === 0 ? stdout.trim().replace(/^Python /, '') : undefined
}

/**
 * Where a second terminal finds a running `weir up`: a file in its data directory with URLs and settings, readable by its
 * owner only, since URLs hold passwords. A file whose process is gone is void.
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface RunFile {
  readonly pid: number
  readonly ingest: string
  readonly dashboard: string
  readonly redis: string
  readonly postgres: string
  /** Settings that every command must share with it, as the layout's; by name, as text. */
  readonly settings: Readonly<Record<string, string>>
}

const FILE_NAME = 'run.json'
const URL_NAMES = ['ingest', 'dashboard', 'redis', 'postgres'] as const

/** Undefined where no `weir up` runs on this data directory. */
export async function readRunFile(dataDir: string): Promise<RunFile | undefined> {
  const runFile = parse(await readFile(join(dataDir, FILE_NAME), 'utf8').catch(() => ''))
  return runFile !== undefined && isAlive(runFile.pid) ? runFile : undefined
}

export async function writeRunFile(dataDir: string, runFile: RunFile): Promise<void> {
  const path = join(dataDir, FILE_NAME)
  await mkdir(dataDir, { recursive: true })
  // Renamed into place, so that nobody reads half of it, and its mode holds also where an older one stood.
  await writeFile(`${path}.new`, `${JSON.stringify(runFile, undefined, 2)}\n`, { mode: 0o600 })
  await rename(`${path}.new`, path)
}

export async function removeRunFile(dataDir: string): Promise<void> {
  await rm(join(dataDir, FILE_NAME), { force: true })
}

function parse(text: string): RunFile | undefined {
  try {
    const value = JSON.parse(text) as Partial<RunFile> | null
    const isWhole = Number.isSafeInteger(value?.pid) && URL_NAMES.every((name) => typeof value?.[name] === 'string')
    return isWhole ? ({ settings: {}, ...value } as RunFile) : undefined
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It exists and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

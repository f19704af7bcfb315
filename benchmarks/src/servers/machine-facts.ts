/** What the figures were measured on. */
import { execFileSync } from 'node:child_process'
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { median } from '../run/median.ts'
import type { BenchServers } from './bench-servers.ts'
import { readPythonVersion } from './python-version.ts'

export interface MachineFacts {
  readonly startedAt: string
  /** Of the sources, with `+ changes` where they were changed since. */
  readonly commit: string
  readonly processor: string
  readonly cores: number
  readonly memoryGb: number
  readonly system: string
  readonly node: string
  readonly redis: string
  readonly postgres: string
  readonly python: string
  /** The median of writing 4 KB to the disk for good. */
  readonly fsyncUs: number
  /** Processes that wanted a core during the minute before. */
  readonly loadBefore: number
}

/** After a commit whose sources were changed since. */
export const CHANGED = ' + changes'
const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const BYTES_A_GB = 1024 ** 3
const FSYNCS = 200
const US_PER_MS = 1000

export async function readMachineFacts(servers: BenchServers): Promise<MachineFacts> {
  const [loadBefore = 0] = loadavg()
  return {
    startedAt: new Date().toISOString(),
    commit: readCommit(),
    processor: cpus()[0]?.model.trim() ?? 'not known',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / BYTES_A_GB),
    system: `${type()} ${release()}`,
    node: process.version,
    redis: await servers.redis.version(),
    postgres: await readPostgresVersion(servers.databaseUrl),
    python: readPythonVersion() ?? 'not found',
    fsyncUs: measureFsync(servers.workDir),
    loadBefore: Math.round(loadBefore * 100) / 100,
  }
}

export function readCommit(): string {
  try {
    const git = (...words: string[]) => execFileSync('git', words, { cwd: ROOT, encoding: 'utf8' }).trim()
    // The pages that this run is about to write are no change of what it measures.
    const changed = git('status', '--porcelain', '--', '.', ':!docs') !== ''
    return `${git('rev-parse', '--short=12', 'HEAD')}${changed ? CHANGED : ''}`
  } catch {
    return 'not known'
  }
}

async function readPostgresVersion(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ server_version: string }>('show server_version')
    return rows[0]?.server_version ?? ''
  } finally {
    await client.end()
  }
}

function measureFsync(workDir: string): number {
  const file = openSync(join(workDir, 'fsync'), 'w')
  const page = Buffer.alloc(4096, 1)
  try {
    const timesMs = Array.from({ length: FSYNCS }, () => {
      const startedMs = performance.now()
      writeSync(file, page)
      fsyncSync(file)
      return performance.now() - startedMs
    })
    return Math.round(median(timesMs) * US_PER_MS)
  } finally {
    closeSync(file)
  }
}

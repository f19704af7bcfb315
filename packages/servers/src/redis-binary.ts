// Finds a Redis server that can be run: on PATH, unpacked by an earlier start, or fetched from the distribution.

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fetchRedisWithApt } from './redis-from-apt.ts'
import { runCommand } from './run-command.ts'
import { messageOf, ServerError } from './server-error.ts'
import type { ServerLog } from './server-handle.ts'
import { findUnpackedRedis } from './unpacked-redis.ts'

/** 7.0 is the first with `#!lua` scripts, multi-part append-only files and `allow-oom`. */
const majorVersionMin = 7
const versionTimeoutMs = 10_000
const namesOnPath = ['redis-server', 'valkey-server']

export type RedisBinary = {
  readonly command: string
  readonly version: string
  /** The whole environment that it needs; the dynamic linker's path where its libraries are unpacked beside it. */
  readonly env: Readonly<Record<string, string>>
}

type VersionCheck =
  | { readonly kind: 'usable'; readonly version: string }
  | { readonly kind: 'too-old'; readonly version: string }
  | { readonly kind: 'cannot-run'; readonly reason: string }

/** `workDir` keeps what is fetched. Throws REDIS_NOT_FOUND, which says in one line what to install. */
export async function findRedisServer(options: { workDir: string; log: ServerLog }): Promise<RedisBinary> {
  const { workDir, log } = options
  const unpackDir = join(workDir, 'redis-server')
  return (await findOnPath(log)) ?? (await useUnpacked(unpackDir, log)) ?? (await fetchAndUse(unpackDir, log))
}

async function findOnPath(log: ServerLog): Promise<RedisBinary | undefined> {
  for (const name of namesOnPath) {
    const found = await runCommand('sh', ['-c', `command -v ${name}`], { timeoutMs: versionTimeoutMs })
    if (found.kind === 'not-started' || found.code !== 0) continue
    const command = found.stdout.trim()
    const check = await checkVersion(command, {})
    if (check.kind === 'usable') return { command, version: check.version, env: {} }
    if (check.kind === 'too-old') {
      log(`redis: ${command} is version ${check.version}; Weir needs ${majorVersionMin}.0 or newer, looking on`)
    }
  }
  return undefined
}

/** One that does not run here, such as a copy from another machine, is removed. */
async function useUnpacked(unpackDir: string, log: ServerLog): Promise<RedisBinary | undefined> {
  const unpacked = await findUnpackedRedis(unpackDir)
  if (unpacked === undefined) return undefined
  const { command, libraryDirs } = unpacked
  const env: Record<string, string> = libraryDirs.length === 0 ? {} : { LD_LIBRARY_PATH: libraryDirs.join(':') }
  const check = await checkVersion(command, env)
  if (check.kind === 'usable') return { command, version: check.version, env }
  await rm(unpackDir, { recursive: true, force: true })
  log(`redis: ${command} cannot be used (${check.kind === 'too-old' ? `version ${check.version}` : check.reason})`)
  return undefined
}

async function fetchAndUse(unpackDir: string, log: ServerLog): Promise<RedisBinary> {
  let reason = 'the packages of this distribution hold none that runs here'
  try {
    await fetchRedisWithApt({ unpackDir, log })
    const binary = await useUnpacked(unpackDir, log)
    if (binary !== undefined) return binary
  } catch (error) {
    reason = messageOf(error)
  }
  throw new ServerError(
    'REDIS_NOT_FOUND',
    `No Redis ${majorVersionMin}.0 or newer: no redis-server or valkey-server is on PATH, and none could be fetched ` +
      `(${reason}). Install it (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis) ` +
      'or set REDIS_URL.',
  )
}

async function checkVersion(command: string, env: Readonly<Record<string, string>>): Promise<VersionCheck> {
  const result = await runCommand(command, ['--version'], { timeoutMs: versionTimeoutMs, env })
  if (result.kind === 'not-started') return { kind: 'cannot-run', reason: result.reason }
  const version = /\bv=(\d+\.\d+\.\d+)/.exec(result.stdout)?.[1]
  if (version === undefined) return { kind: 'cannot-run', reason: result.stderr.trim() || 'it tells no version' }
  return { kind: Number.parseInt(version, 10) >= majorVersionMin ? 'usable' : 'too-old', version }
}

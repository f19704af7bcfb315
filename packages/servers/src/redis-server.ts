// Starts a Redis of our own on a data directory: append-only file on, nothing ever evicted, loopback only, password.

import { mkdir, realpath, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { claimDataDir, type DataDirClaim } from './data-dir-claim.ts'
import { assertPortIsFree, freePort } from './free-port.ts'
import { endOrphan } from './orphan.ts'
import { poll } from './poll.ts'
import { findRedisServer } from './redis-binary.ts'
import { askRedisReadiness } from './redis-readiness.ts'
import { announceServerUrl, withdrawServerUrl } from './running-server-url.ts'
import { ServerError } from './server-error.ts'
import type { ServerHandle, ServerLog } from './server-handle.ts'
import { type ServerProcess, spawnServer } from './server-process.ts'
import { storedPassword } from './stored-password.ts'

const stopSignals = ['SIGTERM', 'SIGKILL'] as const
const readyPollMs = 15
const answerLimitMs = 30_000
/** Reading a large append-only file back takes its time: 1 GB is about 10 s. */
const loadingLimitMs = 600_000

/**
 * A log of this size, and twice that of the rows, is rewritten; Redis's own default is 64 MB. The rows are a few MB while the log
 * grows by 6 MB/s at 200,000 ticks/s: Redis would fork and rewrite every 10 s, and each time acknowledgements wait 50 to
 * 150 ms. Price: a start reads up to 512 MB, in 1.5 s (docs/configuration.md).
 */
const LOG_REWRITE_SIZE_MIN = '512mb'

export type RedisOptions = {
  /** Created when missing; becomes Redis's `dir`. */
  readonly dataDir: string
  /** 0: a free one. */
  readonly port: number
  /** Keeps a fetched server program. */
  readonly workDir: string
  readonly appendfsync: 'always' | 'everysec'
  readonly log: ServerLog
  /** Further settings, as on Redis's command line: `['--maxmemory', '64mb']`. */
  readonly extraArguments?: readonly string[]
}

/** Resolves when PING is answered and loading is over. Throws ServerError. */
export async function startRedis(options: RedisOptions): Promise<ServerHandle> {
  await mkdir(options.dataDir, { recursive: true, mode: 0o755 })
  const dataDir = await realpath(options.dataDir)
  const claim = await claimDataDir(dataDir)
  try {
    return await startOnClaimedDir(dataDir, claim, options)
  } catch (error) {
    await claim.release()
    throw error
  }
}

/** Stops the Redis that a killed process left behind on this data directory, if there is one. */
export async function endOrphanedRedis(dataDir: string, log: ServerLog): Promise<void> {
  await endOrphan({
    serverName: 'redis',
    pidFile: pidFileOf(dataDir),
    commandLineMarks: [configFileOf(dataDir)],
    signals: stopSignals,
    log,
  })
}

async function startOnClaimedDir(dataDir: string, claim: DataDirClaim, options: RedisOptions): Promise<ServerHandle> {
  const { log, workDir, extraArguments = [] } = options
  await endOrphanedRedis(dataDir, log)
  const binary = await findRedisServer({ workDir, log })
  const port = options.port === 0 ? await freePort() : options.port
  await assertPortIsFree(port, 'redis')
  const { password } = await storedPassword(dataDir)
  await writeConfig(dataDir, port, password, options.appendfsync)
  const server = await spawnServer({
    serverName: 'redis',
    command: binary.command,
    argumentList: [configFileOf(dataDir), ...extraArguments],
    env: binary.env,
    cwd: dataDir,
    logFile: join(dataDir, 'redis.log'),
    stopSignals,
  })
  try {
    await waitUntilReady(server, port, password)
  } catch (error) {
    await server.stop()
    throw error
  }
  const url = `redis://:${password}@127.0.0.1:${port}/0`
  await announceServerUrl(dataDir, url)
  log(`redis: version ${binary.version} on 127.0.0.1:${port}, data in ${dataDir}`)
  const exited = server.exited.then(async (exit) => {
    await withdrawServerUrl(dataDir)
    await claim.release()
    return exit
  })
  const stop = async (): Promise<void> => {
    await server.stop()
    await exited
  }
  return { url, port, pid: server.pid, exited, stop, kill: server.kill }
}

/** A file and not arguments: the password must not show in the process list, and the file's path marks our process. */
async function writeConfig(dataDir: string, port: number, password: string, appendfsync: string): Promise<void> {
  const settings = [
    ['bind', '127.0.0.1'],
    ['port', String(port)],
    ['protected-mode', 'yes'],
    ['requirepass', password],
    ['dir', dataDir],
    ['pidfile', pidFileOf(dataDir)],
    ['daemonize', 'no'],
    // Redis would write its address over its command line, by which an orphan is known.
    ['set-proc-title', 'no'],
    ['appendonly', 'yes'],
    ['appendfsync', appendfsync],
    ['auto-aof-rewrite-min-size', LOG_REWRITE_SIZE_MIN],
    ['save', ''],
    ['maxmemory-policy', 'noeviction'],
  ] as const
  const text = settings.map(([name, value]) => `${name} ${JSON.stringify(value)}\n`).join('')
  // Removed first, so that the mode holds for a file of an earlier start too.
  await rm(configFileOf(dataDir), { force: true })
  await writeFile(configFileOf(dataDir), text, { mode: 0o600 })
}

async function waitUntilReady(server: ServerProcess, port: number, password: string): Promise<void> {
  const ask = async (isLoadingEnough: boolean): Promise<true | 'loading' | undefined> => {
    if (server.hasExited()) throw didNotStart(`it ended: ${await server.lastWords()}`)
    const readiness = await askRedisReadiness(port, password)
    if (readiness.kind === 'refused') throw didNotStart(`it answered PING with ${readiness.answer}`)
    if (readiness.kind === 'loading' && isLoadingEnough) return 'loading'
    return readiness.kind === 'ready' ? true : undefined
  }
  let answer = await poll(() => ask(true), { intervalMs: readyPollMs, limitMs: answerLimitMs })
  if (answer === 'loading') answer = await poll(() => ask(false), { intervalMs: readyPollMs, limitMs: loadingLimitMs })
  if (answer === undefined) throw didNotStart(`it was not ready in time: ${await server.lastWords()}`)
}

function didNotStart(reason: string): ServerError {
  return new ServerError('SERVER_DID_NOT_START', `redis did not start: ${reason}`)
}

function configFileOf(dataDir: string): string {
  return join(dataDir, 'redis.conf')
}

function pidFileOf(dataDir: string): string {
  return join(dataDir, 'redis.pid')
}

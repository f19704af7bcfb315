// Starts a PostgreSQL of our own on a data directory, as an ordinary user of the system, on loopback, with a password.

import { mkdir, readFile, realpath, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { claimDataDir, type DataDirClaim } from './data-dir-claim.ts'
import { assertPortIsFree, freePort } from './free-port.ts'
import { endOrphan } from './orphan.ts'
import { poll } from './poll.ts'
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.ts'
import { ensureCluster, weirName } from './postgres-cluster.ts'
import { mayExecute, type OsUser, postgresOsUser } from './postgres-os-user.ts'
import { openPlaceFor } from './postgres-place.ts'
import { announceServerUrl, withdrawServerUrl } from './running-server-url.ts'
import { ServerError } from './server-error.ts'
import type { ServerHandle, ServerLog } from './server-handle.ts'
import { type ServerProcess, spawnServer } from './server-process.ts'
import { storedPassword } from './stored-password.ts'

/** Fast shutdown, immediate shutdown (recovers at the next start), and force. */
const stopSignals = ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const
const connectionsMax = 200
const readyPollMs = 15
/** Recovery after a crash reads the log since the last checkpoint: seconds as a rule. */
const readyLimitMs = 300_000
/** Sessions of a killed postmaster notice its death within moments, and a new one waits for that. */
const leftoverSessions = 'pre-existing shared memory block'
const leftoverSessionsAttemptsMax = 40
const leftoverSessionsPauseMs = 250
const statusLine = 7

export type PostgresOptions = {
  /** Created when missing; holds the cluster, or its password alone where the cluster had to go to /var/lib/weir. */
  readonly dataDir: string
  /** 0: a free one. */
  readonly port: number
  /** Keeps programs that had to be copied. */
  readonly workDir: string
  /** False: no fsync; for tests. */
  readonly durable: boolean
  readonly log: ServerLog
}

/** Resolves when connections are taken. Throws ServerError. */
export async function startPostgres(options: PostgresOptions): Promise<ServerHandle> {
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

/** Stops the PostgreSQL that a killed process left behind on this data directory, if there is one. */
export async function endOrphanedPostgres(dataDir: string, log: ServerLog): Promise<void> {
  const clusterDir = await clusterDirOf(dataDir, await postgresOsUser(log))
  const pidFile = pidFileOf(clusterDir)
  const outcome = await endOrphan({
    serverName: 'postgres',
    pidFile,
    commandLineMarks: [`-D ${clusterDir} -c`],
    signals: stopSignals,
    log,
  })
  // PostgreSQL would take the stranger for itself and refuse to start.
  if (outcome === 'stranger') await rm(pidFile, { force: true })
}

/** Removes the data, wherever it lives; for tests that are done with theirs. */
export async function removePostgresData(dataDir: string, log: ServerLog): Promise<void> {
  const clusterDir = await clusterDirOf(dataDir, await postgresOsUser(log))
  await rm(clusterDir, { recursive: true, force: true })
  if (dirname(clusterDir) !== dataDir) await rmdir(dirname(clusterDir)).catch(() => {})
  await rm(dataDir, { recursive: true, force: true })
}

async function startOnClaimedDir(
  dataDir: string,
  claim: DataDirClaim,
  options: PostgresOptions,
): Promise<ServerHandle> {
  const { workDir, durable, log } = options
  await mkdir(workDir, { recursive: true, mode: 0o755 })
  const user = await postgresOsUser(log)
  const binaries = await findPostgresBinaries({ workDir: await realpath(workDir), user, log })
  const clusterDir = await clusterDirOf(dataDir, user)
  await endOrphanedPostgres(dataDir, log)
  const { password, isNew: isPasswordNew } = await storedPassword(dataDir)
  await ensureCluster({ clusterDir, binaries, user, password, isPasswordNew, durable, log })
  const port = options.port === 0 ? await freePort() : options.port
  await assertPortIsFree(port, 'postgres')
  const server = await spawnPatiently({ binaries, clusterDir, dataDir, durable, port, user })
  const url = `postgres://${weirName}:${password}@127.0.0.1:${port}/${weirName}`
  await announceServerUrl(dataDir, url)
  log(`postgres: version ${binaries.version} on 127.0.0.1:${port}, data in ${clusterDir}`)
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

type Launch = {
  readonly binaries: PostgresBinaries
  readonly clusterDir: string
  readonly dataDir: string
  readonly durable: boolean
  readonly port: number
  readonly user: OsUser | undefined
}

async function spawnPatiently(launch: Launch): Promise<ServerProcess> {
  for (let attempt = 1; ; attempt += 1) {
    const server = await spawnServer({
      serverName: 'postgres',
      command: launch.binaries.postgres,
      argumentList: ['-D', launch.clusterDir, ...settingsOf(launch)],
      env: { LC_ALL: 'C' },
      cwd: '/',
      logFile: join(launch.dataDir, 'postgres.log'),
      stopSignals,
      ...launch.user,
    })
    const isReady = await waitUntilReady(server, launch.clusterDir)
    if (isReady) return server
    const reason = await server.lastWords()
    await server.stop()
    if (!reason.includes(leftoverSessions) || attempt === leftoverSessionsAttemptsMax) {
      throw new ServerError('SERVER_DID_NOT_START', `postgres did not start: ${reason}`)
    }
    await sleep(leftoverSessionsPauseMs)
  }
}

function settingsOf(launch: Launch): string[] {
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${launch.port}`,
    'unix_socket_directories=',
    `max_connections=${connectionsMax}`,
    'timezone=UTC',
    'log_timezone=UTC',
    ...(launch.durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
  ]
  return settings.flatMap((setting) => ['-c', setting])
}

/** PostgreSQL writes its state into its pid file: what pg_ctl waits for. False: it ended or was not ready in time. */
async function waitUntilReady(server: ServerProcess, clusterDir: string): Promise<boolean> {
  const answer = await poll(
    async () => {
      if (server.hasExited()) return 'ended'
      const lines = (await readFile(pidFileOf(clusterDir), 'utf8').catch(() => '')).split('\n')
      const isOurs = lines[0] === String(server.pid)
      return isOurs && lines[statusLine]?.trim() === 'ready' ? 'ready' : undefined
    },
    { intervalMs: readyPollMs, limitMs: readyLimitMs },
  )
  return answer === 'ready'
}

/** Below the data directory, or in an open place when the user that runs PostgreSQL cannot reach that. */
async function clusterDirOf(dataDir: string, user: OsUser | undefined): Promise<string> {
  const inPlace = join(dataDir, 'cluster')
  if (user === undefined) return inPlace
  const elsewhere = join(openPlaceFor(dataDir), 'cluster')
  // Where data lies already it stays, also when the folder was opened or closed in the meantime.
  if ((await stat(elsewhere).catch(() => undefined)) !== undefined) return elsewhere
  return (await mayExecute(dataDir, user)) ? inPlace : elsewhere
}

function pidFileOf(clusterDir: string): string {
  return join(clusterDir, 'postmaster.pid')
}

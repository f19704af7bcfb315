// The Redis and the PostgreSQL of one test run, in a temporary folder; and the removal of what killed runs left behind.

import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  claimDataDir,
  claimFileName,
  endOrphanedPostgres,
  endOrphanedRedis,
  removePostgresData,
  type ServerHandle,
  startPostgres,
  startRedis,
} from '@weir/servers'

const runDirPrefix = 'weir-test-'
const openMode = 0o755

export type RunServersOptions = {
  readonly startsRedis: boolean
  readonly startsPostgres: boolean
  /** Keeps a fetched server program from one run to the next. */
  readonly workDir: string
}

export type RunServers = {
  readonly redisUrl: string | undefined
  readonly postgresUrl: string | undefined
  readonly stop: () => Promise<void>
}

export async function startRunServers(options: RunServersOptions): Promise<RunServers> {
  const { startsRedis, startsPostgres, workDir } = options
  if (!startsRedis && !startsPostgres) return { redisUrl: undefined, postgresUrl: undefined, stop: async () => {} }
  await removeAbandonedRuns()
  const runDir = await mkdtemp(join(tmpdir(), runDirPrefix))
  // PostgreSQL may run as another user of the system, who has to pass through here.
  await chmod(runDir, openMode)
  const claim = await claimDataDir(runDir)
  const handles: ServerHandle[] = []
  // Where Vitest exits without a teardown (a signal, a crash), nothing may stay behind.
  const killAll = (): void => {
    for (const handle of handles) handle.kill('SIGKILL')
  }
  const keep = async (starting: Promise<ServerHandle>): Promise<string> => {
    const handle = await starting
    handles.push(handle)
    return handle.url
  }
  const stop = async (): Promise<void> => {
    await Promise.all(handles.map((handle) => handle.stop()))
    process.off('exit', killAll)
    await claim.release()
    await removeRun(runDir)
  }
  process.once('exit', killAll)
  const redisOptions = { dataDir: join(runDir, 'redis'), port: 0, workDir, appendfsync: 'always', log } as const
  const postgresOptions = { dataDir: join(runDir, 'postgres'), port: 0, workDir, durable: false, log }
  const starting = [
    startsRedis ? keep(startRedis(redisOptions)) : Promise.resolve(undefined),
    startsPostgres ? keep(startPostgres(postgresOptions)) : Promise.resolve(undefined),
  ] as const
  try {
    const [redisUrl, postgresUrl] = await Promise.all(starting)
    return { redisUrl, postgresUrl, stop }
  } catch (error) {
    // The other one may still be on its way up.
    await Promise.allSettled(starting)
    await stop()
    throw error
  }
}

async function removeAbandonedRuns(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(runDirPrefix)) continue
    const runDir = join(tmpdir(), name)
    // One without a claim has just been made by a run that starts at this moment.
    if (!existsSync(join(runDir, claimFileName))) continue
    // A claim that is held belongs to a run that goes on beside this one; one that cannot be had, to another user.
    const claim = await claimDataDir(runDir).catch(() => undefined)
    if (claim === undefined) continue
    await endOrphanedRedis(join(runDir, 'redis'), log)
    await endOrphanedPostgres(join(runDir, 'postgres'), log)
    await removeRun(runDir)
  }
}

async function removeRun(runDir: string): Promise<void> {
  await removePostgresData(join(runDir, 'postgres'), log)
  await rm(runDir, { recursive: true, force: true })
}

function log(line: string): void {
  process.stderr.write(`${line}\n`)
}

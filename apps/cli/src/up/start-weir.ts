/**
 * `weir up`: everything in one process. Started in the order of need, stopped in the order of the flow: the feed, ingest, the
 * last sync, the servers. What was started is stopped also where a later start fails.
 */

import { mkdir } from 'node:fs/promises'
import { createIngestApp, readIngestConfig } from '@weir/app-ingest'
import { createSyncApp, readSyncConfig } from '@weir/app-sync'
import { migrate } from '@weir/postgres'
import { claimDataDir } from '@weir/servers'
import { createLogger, type Environment, isSettingGiven, type Logger, parseSettings, systemClock } from '@weir/service'
import type { CliContext } from '../cli-context.ts'
import { CliError } from '../cli-error.ts'
import { sharedSettings } from '../config.ts'
import { openPostgres, openRedis } from '../connect-stores.ts'
import type { Output } from '../output.ts'
import { removeRunFile, writeRunFile } from '../run-file.ts'
import { createLogShortener } from './log-lines.ts'
import { assertPortsFree, upPorts } from './ports.ts'
import { type StoreServers, startStores } from './start-stores.ts'

export interface UpOptions {
  readonly dataDir: string
  readonly port: number | undefined
}

export interface RunningWeir extends StoreServers {
  readonly ingest: string
  readonly dashboard: string
}

/**
 * What is running is stopped by disposing of `held`. Throws typed errors where the world is at fault, and CliError
 * WEIR_CLI_INTERRUPTED where a signal came before all of it ran.
 */
export async function startWeir(
  options: UpOptions,
  context: CliContext,
  output: Output,
  held: AsyncDisposableStack,
): Promise<RunningWeir> {
  const { dataDir } = options
  const ports = upPorts(options.port, context.env)
  await checkSettings(context.env)
  await assertPortsFree(ports, context.env)
  await mkdir(dataDir, { recursive: true })
  const claim = await claimDataDir(dataDir)
  held.defer(() => claim.release())

  const stores = await startStores(context.env, dataDir, held, output.message)
  stopIfInterrupted(context)
  const env: Environment = {
    ...withoutStoreUrls(context.env),
    REDIS_URL: stores.redis.url,
    DATABASE_URL: stores.postgres.url,
    INGEST_PORT: String(ports.ingest),
    DASHBOARD_PORT: String(ports.dashboard),
  }
  await prepareStores(env, output)
  const apps = await startApps(env, output, held)
  await writeRunFile(dataDir, {
    pid: process.pid,
    ...apps,
    redis: stores.redis.url,
    postgres: stores.postgres.url,
    settings: sharedSettings(context.env),
  })
  held.defer(() => removeRunFile(dataDir))
  stopIfInterrupted(context)
  return { ...stores, ...apps }
}

function stopIfInterrupted(context: CliContext): void {
  if (context.untilSignal().aborted) throw new CliError('WEIR_CLI_INTERRUPTED', 'Interrupted.')
}

/** Faults in settings are told before a server is started; the URLs come later and stand here for themselves. */
async function checkSettings(env: Environment): Promise<void> {
  const urls = { REDIS_URL: 'redis://127.0.0.1', DATABASE_URL: 'postgres://127.0.0.1/weir' }
  const missing = Object.entries(urls).filter(([name]) => !isSettingGiven(name as keyof typeof urls, env))
  const whole = { ...env, ...Object.fromEntries(missing) }
  await readSyncConfig(whole)
  await readIngestConfig(whole)
}

/** A URL from a file would count as given twice. */
function withoutStoreUrls({ REDIS_URL_FILE: _redis, DATABASE_URL_FILE: _postgres, ...env }: Environment): Environment {
  return env
}

/** Redis is checked first, since a database may be made for a Redis that is fit, and not the other way round. */
async function prepareStores(env: Environment, output: Output): Promise<void> {
  const { layout } = await readSyncConfig(env)
  const redis = await openRedis(env, layout)
  await redis[Symbol.asyncDispose]()
  await using postgres = openPostgres(env)
  const applied = await migrate(postgres.db, layout)
  if (applied.length > 0) output.message(`postgres: migrated (${applied.join(', ')})`)
}

async function startApps(
  env: Environment,
  output: Output,
  held: AsyncDisposableStack,
): Promise<{ ingest: string; dashboard: string }> {
  const log = (name: string) => createUpLogger(name, env, output)
  const sync = createSyncApp(await readSyncConfig(env), log('sync'))
  held.defer(() => sync.stop())
  await sync.start()
  const ingest = createIngestApp(await readIngestConfig(env), log('ingest'))
  held.defer(() => ingest.stop())
  await ingest.start()
  return { ingest: ingest.url ?? '', dashboard: sync.url ?? '' }
}

/** On stderr, and only what needs attention, in short lines, unless the user asks for logs: stdout has the result. */
function createUpLogger(name: string, env: Environment, output: Output): Logger {
  const settings = parseSettings(['LOG_LEVEL', 'LOG_PRETTY'], env)
  const wantsLogs = isSettingGiven('LOG_LEVEL', env) || isSettingGiven('LOG_PRETTY', env)
  const shorten = createLogShortener(systemClock)
  const say = (line: string | undefined) => {
    if (line !== undefined) output.message(line.trimEnd())
  }
  return createLogger({
    name,
    level: wantsLogs ? settings.LOG_LEVEL : 'warn',
    pretty: wantsLogs && settings.LOG_PRETTY,
    destination: { write: (line) => say(wantsLogs ? line : shorten(line)) },
  })
}

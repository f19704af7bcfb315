// Makes the cluster's files on the first start: UTF8, locale C, one superuser and one database, both named weir, and a
// password asked of everybody, so that other users of the machine stay outside. Half a cluster never gets its final
// name.

import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { PostgresBinaries } from './postgres-binaries.ts'
import type { OsUser } from './postgres-os-user.ts'
import { type CommandResult, lastWords, runCommand } from './run-command.ts'
import { ServerError } from './server-error.ts'
import type { ServerLog } from './server-handle.ts'

/** The database and its owner. */
export const weirName = 'weir'
const initTimeoutMs = 120_000
const privateMode = 0o700
const openMode = 0o755
const accessRules =
  '# Written by Weir: loopback only, and never without the password.\nhost all all 127.0.0.1/32 scram-sha-256\n'

export type ClusterOptions = {
  readonly clusterDir: string
  readonly binaries: PostgresBinaries
  readonly user: OsUser | undefined
  readonly password: string
  /** The password was made just now: a cluster that exists has an older one. */
  readonly isPasswordNew: boolean
  /** False: lost on a power cut, faster to make. */
  readonly durable: boolean
  readonly log: ServerLog
}

export async function ensureCluster(options: ClusterOptions): Promise<void> {
  const { clusterDir, binaries, log } = options
  if (await clusterExists(options)) {
    if (options.isPasswordNew) await runSingleUser(clusterDir, [setPassword(options.password)], options)
    return
  }
  log(`postgres: creating a PostgreSQL ${binaries.version} cluster in ${clusterDir}`)
  const half = `${clusterDir}.new`
  await rm(half, { recursive: true, force: true })
  await mkdir(dirname(half), { recursive: true, mode: openMode })
  await mkdir(half, { mode: privateMode })
  if (options.user !== undefined) await chown(half, options.user.uid, options.user.gid)
  await runInitdb(half, options)
  await runSingleUser(half, [`CREATE DATABASE ${weirName}`, setPassword(options.password)], options)
  // In place, so that the file keeps its owner.
  await writeFile(join(half, 'pg_hba.conf'), accessRules)
  await rename(half, clusterDir)
}

async function clusterExists(options: ClusterOptions): Promise<boolean> {
  const { clusterDir, binaries, user } = options
  const found = await stat(clusterDir).catch(() => undefined)
  if (found === undefined) return false
  const uid = user?.uid ?? process.getuid?.()
  if (found.uid !== uid) {
    throw new ServerError(
      'DATA_DIR_UNUSABLE',
      `${clusterDir} belongs to the user with id ${found.uid}: start Weir as the user who started it first, ` +
        'or move that folder away.',
    )
  }
  const version = (await readFile(join(clusterDir, 'PG_VERSION'), 'utf8')).trim()
  if (version === binaries.version.split('.')[0]) return true
  throw new ServerError(
    'DATA_DIR_UNUSABLE',
    `${clusterDir} was written by PostgreSQL ${version}, this Weir carries ${binaries.version}: ` +
      'dump it with the old one, move the folder away and restore, or set DATABASE_URL.',
  )
}

async function runInitdb(directory: string, options: ClusterOptions): Promise<void> {
  const argumentList = [
    `--pgdata=${directory}`,
    `--username=${weirName}`,
    '--encoding=UTF8',
    '--locale=C',
    // No server listens before the rules above are in place.
    '--auth=trust',
    '--no-instructions',
    ...(options.durable ? [] : ['--no-sync']),
  ]
  const result = await runAsUser(options.binaries.initdb, argumentList, options)
  if (result.kind !== 'ran' || result.code !== 0) throw initFailed('initdb', result)
}

/** Statements without a server: each is one line, and its error shows only on stderr. */
async function runSingleUser(directory: string, statements: readonly string[], options: ClusterOptions): Promise<void> {
  const flags = options.durable ? [] : ['-F']
  const argumentList = ['--single', ...flags, '-D', directory, 'postgres']
  const stdin = statements.map((statement) => `${statement}\n`).join('')
  const result = await runAsUser(options.binaries.postgres, argumentList, options, stdin)
  if (result.kind !== 'ran' || result.code !== 0) throw initFailed('postgres --single', result)
  const error = /(?:ERROR|FATAL):.*/.exec(result.stderr)?.[0]
  if (error !== undefined) throw new ServerError('POSTGRES_INIT_FAILED', `postgres --single: ${error}`)
}

function runAsUser(command: string, argumentList: readonly string[], options: ClusterOptions, stdin = '') {
  const { user } = options
  return runCommand(command, argumentList, { timeoutMs: initTimeoutMs, cwd: '/', env: { LC_ALL: 'C' }, stdin, ...user })
}

/** The password is URL-safe text of our own making, so it needs no quoting. */
function setPassword(password: string): string {
  return `ALTER ROLE ${weirName} PASSWORD '${password}'`
}

function initFailed(command: string, result: CommandResult): ServerError {
  return new ServerError(
    'POSTGRES_INIT_FAILED',
    `The PostgreSQL cluster could not be created: ${command}: ${lastWords(result)}`,
  )
}

// PostgreSQL refuses to run as root, so root starts it as an ordinary user; anybody else starts it as himself.

import { runCommand } from './run-command.ts'
import { ServerError } from './server-error.ts'
import type { ServerLog } from './server-handle.ts'

const userName = 'postgres'
const commandTimeoutMs = 10_000

export type OsUser = { readonly uid: number; readonly gid: number }

/** The user to run PostgreSQL as; undefined: the one who runs this process. Throws OS_USER_MISSING. */
export async function postgresOsUser(log: ServerLog): Promise<OsUser | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const existing = await findUser()
  if (existing !== undefined) return existing
  log(`postgres: started by root, and PostgreSQL must not run as root; creating the system user ${userName}`)
  const options = [
    '--system',
    '--user-group',
    '--no-create-home',
    '--home-dir',
    '/nonexistent',
    '--shell',
    '/bin/false',
  ]
  await runCommand('useradd', [...options, userName], { timeoutMs: commandTimeoutMs })
  const created = await findUser()
  if (created !== undefined) return created
  throw new ServerError(
    'OS_USER_MISSING',
    `PostgreSQL must not run as root, and the user ${userName} does not exist and could not be created. ` +
      'Start Weir as an ordinary user, create that user, or set DATABASE_URL.',
  )
}

/** Whether that user may enter a folder or run a program. */
export async function mayExecute(path: string, user: OsUser | undefined): Promise<boolean> {
  const result = await runCommand('test', ['-x', path], { timeoutMs: commandTimeoutMs, cwd: '/', ...user })
  return result.kind === 'ran' && result.code === 0
}

async function findUser(): Promise<OsUser | undefined> {
  const [uid, gid] = await Promise.all([askId('-u'), askId('-g')])
  return uid === undefined || gid === undefined ? undefined : { uid, gid }
}

async function askId(option: '-u' | '-g'): Promise<number | undefined> {
  const result = await runCommand('id', [option, userName], { timeoutMs: commandTimeoutMs })
  return result.kind === 'ran' && result.code === 0 ? Number.parseInt(result.stdout, 10) : undefined
}

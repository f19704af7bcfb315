// Ownership of a data directory: exclusive among the living, void with the death of its holder.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { claimDataDir, claimFileName } from './data-dir-claim.ts'
import { describeProcess } from './process-table.ts'

let dataDir: string

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'weir-claim-'))
})

afterEach(() => rm(dataDir, { recursive: true, force: true }))

it('lets one owner in at a time', async () => {
  const claim = await claimDataDir(dataDir)
  await expect(claimDataDir(dataDir)).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' })
  await claim.release()
  await claimDataDir(dataDir)
})

it('takes over from a dead owner, also when another process has got its number', async () => {
  const self = await describeProcess(process.pid)
  await writeFile(ownerFile(), JSON.stringify({ pid: process.pid, startedAt: `${self?.startedAt}0` }))
  await claimDataDir(dataDir)
  expect(JSON.parse(await readFile(ownerFile(), 'utf8'))).toEqual({ pid: process.pid, startedAt: self?.startedAt })
})

it('takes over from a claim that was cut off while it was written', async () => {
  await writeFile(ownerFile(), '{"pid":')
  await claimDataDir(dataDir)
  expect(JSON.parse(await readFile(ownerFile(), 'utf8'))).toMatchObject({ pid: process.pid })
})

function ownerFile(): string {
  return join(dataDir, claimFileName)
}

it('says what is wrong with a directory that cannot be written', async () => {
  await expect(claimDataDir(join(dataDir, 'missing'))).rejects.toMatchObject({ code: 'DATA_DIR_UNUSABLE' })
})

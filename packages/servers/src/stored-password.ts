// The password of an embedded server: made once, kept beside the data, so that a second start finds it.

import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const passwordFileName = 'password'
const passwordBytes = 24

export type StoredPassword = { readonly password: string; readonly isNew: boolean }

/** URL-safe characters only. */
export async function storedPassword(dataDir: string): Promise<StoredPassword> {
  const file = join(dataDir, passwordFileName)
  const stored = (await readFile(file, 'utf8').catch(() => '')).trim()
  if (stored !== '') return { password: stored, isNew: false }
  const password = randomBytes(passwordBytes).toString('base64url')
  await writeFile(file, `${password}\n`, { mode: 0o600 })
  return { password, isNew: true }
}

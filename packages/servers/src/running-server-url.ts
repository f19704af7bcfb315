// Where a second terminal finds an embedded server that runs: a file beside its data, readable by its owner only.

import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const urlFileName = 'url'

/** The URL of the server on this data directory; undefined when none runs. It stays when the starter was killed. */
export async function runningServerUrl(dataDir: string): Promise<string | undefined> {
  const url = (await readFile(join(dataDir, urlFileName), 'utf8').catch(() => '')).trim()
  return url === '' ? undefined : url
}

export async function announceServerUrl(dataDir: string, url: string): Promise<void> {
  await writeFile(join(dataDir, urlFileName), `${url}\n`, { mode: 0o600 })
}

export async function withdrawServerUrl(dataDir: string): Promise<void> {
  await rm(join(dataDir, urlFileName), { force: true })
}

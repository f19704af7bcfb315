// A server whose parent was killed goes on running and holds its port and its data. It is ended gracefully before a new
// one starts on the same data; but only when it is really ours, because process numbers are used again.

import { readFile } from 'node:fs/promises'
import { describeProcess, endProcess } from './process-table.ts'
import { ServerError } from './server-error.ts'
import type { ServerLog } from './server-handle.ts'

const graceMs = 30_000

export type OrphanSearch = {
  readonly serverName: string
  /** Its first line holds the process number. */
  readonly pidFile: string
  /** The command line of our server, and of no other program, contains all of these. */
  readonly commandLineMarks: readonly string[]
  /** In the order in which they are tried. */
  readonly signals: readonly NodeJS.Signals[]
  readonly log: ServerLog
}

/**
 * `none`: no such process. `stranger`: the number in the file belongs to another program now, so the file is void.
 * `ended`: it was ours and is gone. Throws ORPHAN_NOT_ENDED.
 */
export async function endOrphan(search: OrphanSearch): Promise<'none' | 'stranger' | 'ended'> {
  const pid = Number.parseInt(await readFile(search.pidFile, 'utf8').catch(() => ''), 10)
  if (!Number.isSafeInteger(pid) || pid <= 1) return 'none'
  const description = await describeProcess(pid)
  if (description === undefined) return 'none'
  if (!search.commandLineMarks.every((mark) => description.commandLine.includes(mark))) return 'stranger'
  search.log(`${search.serverName}: process ${pid} was left behind by an earlier run; stopping it`)
  if (await endProcess(pid, search.signals, graceMs)) return 'ended'
  throw new ServerError(
    'ORPHAN_NOT_ENDED',
    `${search.serverName}: process ${pid} of an earlier run does not stop. End it with: kill -9 ${pid}`,
  )
}

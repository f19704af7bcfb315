// Where root's PostgreSQL lives when the repository is below a folder closed to others, such as /root or a 0700 home.

import { createHash } from 'node:crypto'
import { join } from 'node:path'

const systemDir = '/var/lib/weir'
const hashCharacters = 16

/** A folder that every user can reach, always the same one for the same path. */
export function openPlaceFor(path: string): string {
  return join(systemDir, createHash('sha256').update(path).digest('hex').slice(0, hashCharacters))
}

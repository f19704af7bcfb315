// Looks into a folder of unpacked Debian packages for a Redis server and for the libraries that came with it.

import { existsSync } from 'node:fs'
import { readdir, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * Debian's redis-tools holds the server itself: one program that looks at the name it is called by. The package
 * redis-server adds only a symbolic link and a service, and the service is what nobody asked for.
 */
const programs = [
  { tool: 'redis-check-rdb', server: 'redis-server' },
  { tool: 'valkey-check-rdb', server: 'valkey-server' },
]

export type UnpackedRedis = { readonly command: string; readonly libraryDirs: readonly string[] }

export async function findUnpackedRedis(unpackDir: string): Promise<UnpackedRedis | undefined> {
  for (const { tool, server } of programs) {
    const command = join(unpackDir, 'usr', 'bin', server)
    if (existsSync(command)) return { command, libraryDirs: await findLibraryDirs(unpackDir) }
    if (existsSync(join(dirname(command), tool))) {
      await symlink(tool, command)
      return { command, libraryDirs: await findLibraryDirs(unpackDir) }
    }
  }
  return undefined
}

async function findLibraryDirs(unpackDir: string): Promise<string[]> {
  const entries = await readdir(unpackDir, { recursive: true, withFileTypes: true })
  const libraries = entries.filter((entry) => basename(entry.name).includes('.so'))
  return [...new Set(libraries.map((entry) => entry.parentPath))]
}

/**
 * The append-only file of a Redis process: read as it grows, write by write, and made anew with the first of its writes, as a
 * power cut, a lagging replica or an old backup leave it.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const FOLDER = 'appendonlydir'
const MANIFEST = 'appendonly.aof.manifest'
const FIRST_FILE = 'appendonly.aof.1.incr.aof'

export async function writeAppendOnlyFile(dataDir: string, writes: readonly Buffer[]): Promise<void> {
  const folder = join(dataDir, FOLDER)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder)
  await writeFile(join(folder, FIRST_FILE), Buffer.concat(writes))
  await writeFile(join(folder, MANIFEST), `file ${FIRST_FILE} seq 1 type i\n`)
}

/** What a running process appends from now on. */
export class AppendOnlyReader {
  readonly #descriptor: number
  #offset: number

  private constructor(path: string) {
    this.#descriptor = openSync(path, 'r')
    this.#offset = fstatSync(this.#descriptor).size
  }

  static async open(dataDir: string): Promise<AppendOnlyReader> {
    const manifest = await readFile(join(dataDir, FOLDER, MANIFEST), 'utf8')
    const name = [...manifest.matchAll(/^file (\S+) seq \d+ type i$/gm)].at(-1)?.[1]
    if (name === undefined) throw new Error(`no file that grows is named in ${manifest}`)
    return new AppendOnlyReader(join(dataDir, FOLDER, name))
  }

  /** Since the last call. Redis writes to the file before it replies, so that of a call that was answered it is all. */
  next(): Buffer {
    const appended = Buffer.alloc(fstatSync(this.#descriptor).size - this.#offset)
    readSync(this.#descriptor, appended, 0, appended.length, this.#offset)
    this.#offset += appended.length
    return appended
  }

  close(): void {
    closeSync(this.#descriptor)
  }
}

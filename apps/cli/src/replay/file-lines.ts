/**
 * Reads a CSV file of any size, gzip or not, as blocks of lines. Compression is told by the first bytes, not by the name. A
 * file that ends in the middle of its compressed data is an error: what follows the cut is unknown.
 */
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { CliError, type CliErrorCode } from '../cli-error.ts'

const LINE_CHARACTERS_MAX = 65_536
const READ_BYTES = 256 * 1024
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b])
const BYTE_ORDER_MARK = '\ufeff'

/** By the error codes of Node and zlib. */
const FAULTS: Readonly<Record<string, { readonly code: CliErrorCode; readonly says: string }>> = {
  ENOENT: { code: 'WEIR_CLI_FILE', says: 'does not exist.' },
  EISDIR: { code: 'WEIR_CLI_FILE', says: 'is a directory; name a CSV file, gzip or not.' },
  EACCES: { code: 'WEIR_CLI_FILE', says: 'may not be read by this user.' },
  Z_BUF_ERROR: {
    code: 'WEIR_CLI_FILE_MALFORMED',
    says: 'is cut: its gzip data ends too early. Get the whole file and try again.',
  },
  Z_DATA_ERROR: {
    code: 'WEIR_CLI_FILE_MALFORMED',
    says: 'is damaged: its gzip data does not check out. Get the file again.',
  },
}

export type OnBytes = (bytes: Buffer) => void

/**
 * The lines of the file without their ends, empty ones left out, in blocks. `onBytes` sees the uncompressed bytes first.
 * Throws CliError where the file cannot be read or is cut.
 */
export async function* readLineBlocks(path: string, onBytes: OnBytes = () => {}): AsyncGenerator<string[]> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of readBytes(path)) {
    onBytes(bytes)
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > LINE_CHARACTERS_MAX) {
      throw new CliError(
        'WEIR_CLI_FILE_MALFORMED',
        `${path} has a line of over ${LINE_CHARACTERS_MAX} characters: it is no CSV of ticks.`,
      )
    }
    const block = tidy(lines)
    if (block.length > 0) yield block
  }
  const block = tidy([rest + decoder.decode()])
  if (block.length > 0) yield block
}

async function* readBytes(path: string): AsyncGenerator<Buffer> {
  try {
    const file = await open(path)
    const start = Buffer.alloc(GZIP_MAGIC.length)
    const { bytesRead } = await file.read(start, 0, start.length, 0)
    const source = file.createReadStream({ start: 0, highWaterMark: READ_BYTES })
    const isGzip = bytesRead === start.length && start.equals(GZIP_MAGIC)
    // With an empty callback, errors surface in the loop below; leaving the loop early destroys both streams.
    yield* (
      isGzip ? pipeline(source, createGunzip({ chunkSize: READ_BYTES }), () => {}) : source
    ) as AsyncIterable<Buffer>
  } catch (error) {
    throw readError(path, error)
  }
}

function tidy(lines: string[]): string[] {
  return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line)).filter((line) => line.trim() !== '')
}

export function withoutByteOrderMark(line: string): string {
  return line.startsWith(BYTE_ORDER_MARK) ? line.slice(BYTE_ORDER_MARK.length) : line
}

function readError(path: string, error: unknown): CliError {
  if (error instanceof CliError) return error
  const { code = '', message } = error as NodeJS.ErrnoException
  const known = FAULTS[code]
  if (known === undefined)
    return new CliError('WEIR_CLI_FILE', `${path} cannot be read (${message}).`, { cause: error })
  return new CliError(known.code, `${path} ${known.says}`, { cause: error })
}

/**
 * A file of ticks to replay. It is read twice: once to name it by its content and to see that it is whole, so that nothing is
 * sent of a file that is cut, and once to send it.
 */
import { createHash } from 'node:crypto'
import { CliError } from '../cli-error.ts'
import { readLineBlocks, withoutByteOrderMark } from './file-lines.ts'

const COLUMNS = ['symbol', 'price', 'volume', 'timestamp'] as const

export interface TickFile {
  readonly path: string
  /** The same for the same ticks, compressed or not and whatever the file is called. */
  readonly producer: string
  readonly ticks: number
  readonly header: string
  /** The place of `timestamp` among the columns. */
  readonly timestampColumn: number
}

/** Throws CliError where the file is missing, cut, or no CSV of ticks. */
export async function inspectTickFile(path: string, onTicks: (ticks: number) => void = () => {}): Promise<TickFile> {
  const hash = createHash('sha256')
  let header: string | undefined
  let lines = 0
  for await (const block of readLineBlocks(path, (bytes) => hash.update(bytes))) {
    if (header === undefined) {
      header = withoutByteOrderMark(block[0] ?? '')
      checkHeader(path, header)
    }
    lines += block.length
    onTicks(lines - 1)
  }
  if (header === undefined)
    throw new CliError('WEIR_CLI_FILE_MALFORMED', `${path} is empty; it must begin with ${COLUMNS.join(',')}.`)
  const timestampColumn = columnsOf(header).indexOf('timestamp')
  return { path, producer: `file-${hash.digest('hex')}`, ticks: lines - 1, header, timestampColumn }
}

/** The lines of the ticks after the first `skip` of them, in blocks. */
export async function* readTickLines(file: TickFile, skip: number): AsyncGenerator<string[]> {
  // The header is one line more to skip.
  let left = skip + 1
  for await (const block of readLineBlocks(file.path)) {
    if (block.length <= left) {
      left -= block.length
      continue
    }
    yield left === 0 ? block : block.slice(left)
    left = 0
  }
}

function checkHeader(path: string, header: string): void {
  const columns = columnsOf(header)
  // In any order and beside others, as the server takes them.
  if (COLUMNS.every((column) => columns.filter((name) => name === column).length === 1)) return
  const shown = header.length > 80 ? `${header.slice(0, 80)}…` : header
  throw new CliError(
    'WEIR_CLI_FILE_MALFORMED',
    `${path} begins with ${JSON.stringify(shown)}; a CSV of ticks begins with ${COLUMNS.join(',')}.`,
  )
}

function columnsOf(header: string): string[] {
  return header.split(',').map((column) => column.trim())
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inspectTickFile, readTickLines } from './tick-file.ts'

const HEADER = 'symbol,price,volume,timestamp'
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-tick-file-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function fileOf(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

function csv(ticks: number): string {
  const lines = Array.from(
    { length: ticks },
    (_, index) => `SYM${index % 7},${100 + index}.25,100,${1_700_000_000_000 + index}`,
  )
  return `${[HEADER, ...lines].join('\n')}\n`
}

async function linesOf(path: string, skip: number): Promise<string[]> {
  const lines: string[] = []
  for await (const block of readTickLines(await inspectTickFile(path), skip)) lines.push(...block)
  return lines
}

describe('inspectTickFile', () => {
  it('names the same ticks the same, compressed or not', async () => {
    const plain = await inspectTickFile(await fileOf('plain.csv', csv(5000)))
    const packed = await inspectTickFile(await fileOf('packed.csv.gz', gzipSync(csv(5000))))
    expect(packed.producer).toBe(plain.producer)
    expect(packed.ticks).toBe(5000)
    expect(plain.producer).toMatch(/^file-[0-9a-f]{64}$/)
  })

  it('names other ticks otherwise', async () => {
    const one = await inspectTickFile(await fileOf('one.csv', csv(10)))
    const other = await inspectTickFile(await fileOf('other.csv', csv(11)))
    expect(other.producer).not.toBe(one.producer)
  })

  it('passes over a byte order mark, CRLF, empty lines and a missing last line end', async () => {
    const text = `\ufeff${HEADER}\r\nA,1,1,1\r\n\r\nB,2,2,2`
    const path = await fileOf('windows.csv', text)
    expect(await inspectTickFile(path)).toMatchObject({ ticks: 2, header: HEADER, timestampColumn: 3 })
    expect(await linesOf(path, 0)).toEqual(['A,1,1,1', 'B,2,2,2'])
  })

  it('takes the columns in any order, and others beside them', async () => {
    const path = await fileOf('order.csv', 'timestamp,venue,symbol,volume,price\n1,X,A,1,1\n')
    expect(await inspectTickFile(path)).toMatchObject({ ticks: 1, timestampColumn: 0 })
  })

  it.each([
    ['a file that is cut', 'cut.csv.gz', gzipSync(csv(5000)).subarray(0, 4000), /is cut: its gzip data ends too early/],
    ['a wrong header', 'head.csv', 'a,b,c\n1,2,3\n', /begins with "a,b,c".*symbol,price,volume,timestamp/],
    ['an empty file', 'empty.csv', '', /is empty/],
    ['a file without line ends', 'endless.csv', 'x'.repeat(100_000), /a line of over/],
  ])('refuses %s, saying so', async (_what, name, content, message) => {
    await expect(inspectTickFile(await fileOf(name, content))).rejects.toThrow(message)
  })

  it('says that a file does not exist', async () => {
    await expect(inspectTickFile(join(folder, 'nowhere.csv'))).rejects.toThrow(/nowhere\.csv does not exist/)
  })
})

describe('readTickLines', () => {
  it.each([0, 1, 4999, 5000, 6000])('gives the ticks after the first %i', async (skip) => {
    const path = await fileOf('skip.csv.gz', gzipSync(csv(5000)))
    const lines = await linesOf(path, skip)
    expect(lines).toEqual(
      csv(5000)
        .trimEnd()
        .split('\n')
        .slice(1 + skip),
    )
  })
})

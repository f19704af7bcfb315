import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { BodyMemory, readBody } from './read-body.ts'

const LIMIT = 200_000
const piecesOf = (...texts: string[]) => Readable.from(texts.map((text) => Buffer.from(text)))

function read(body: Readable, bytes: number | undefined, memory = new BodyMemory()): Promise<Buffer> {
  return readBody(body, { bytes, bytesMax: LIMIT }, memory)
}

describe('a body that is read', () => {
  it('is its pieces in their order, with and without a length that was told', async () => {
    expect(String(await read(piecesOf('ab', 'c', 'def'), 6))).toBe('abcdef')
    const long = ['x'.repeat(60_000), 'y'.repeat(60_000), 'z'.repeat(60_000)]
    expect(String(await read(piecesOf(...long), undefined))).toBe(long.join(''))
    expect(await read(piecesOf(), undefined)).toHaveLength(0)
  })

  it('lies in memory of its own until that is released, and then in the memory of one before', async () => {
    const memory = new BodyMemory()
    const [first, second] = await Promise.all([read(piecesOf('first'), 5, memory), read(piecesOf('second'), 6, memory)])
    expect([String(first), String(second)]).toEqual(['first', 'second'])
    expect(first.buffer).not.toBe(second.buffer)
    memory.release(first)
    const third = await read(piecesOf('thirds'), 6, memory)
    expect(third.buffer).toBe(first.buffer)
    expect([String(second), String(third)]).toEqual(['second', 'thirds'])
  })

  it('takes no memory again that is too small, and keeps none that is large', async () => {
    const memory = new BodyMemory()
    memory.release(memory.take(1))
    expect(memory.take(100_000).length).toBeGreaterThanOrEqual(100_000)
    const large = memory.take(2 ** 21)
    memory.release(large)
    expect(memory.take(2 ** 21).buffer).not.toBe(large.buffer)
  })

  it('is refused above the limit, by its length or by its bytes, and where it is not as long as was told', async () => {
    const over = 'x'.repeat(LIMIT + 1)
    await expect(read(piecesOf('x'), LIMIT + 1)).rejects.toMatchObject({ code: 'FST_ERR_CTP_BODY_TOO_LARGE' })
    await expect(read(piecesOf(over), undefined)).rejects.toMatchObject({ code: 'FST_ERR_CTP_BODY_TOO_LARGE' })
    expect(await read(piecesOf(over.slice(1)), undefined)).toHaveLength(LIMIT)
    await expect(read(piecesOf('abc'), 4)).rejects.toMatchObject({ code: 'FST_ERR_CTP_INVALID_CONTENT_LENGTH' })
  })

  it('that breaks off is a fault of its sender', async () => {
    const broken = new Readable({ read: () => undefined })
    const reading = read(broken, 10)
    broken.destroy(new Error('aborted'))
    await expect(reading).rejects.toMatchObject({ message: 'aborted', statusCode: 400 })
  })
})

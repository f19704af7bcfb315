import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { inflate } from './inflate.ts'

const text = Buffer.from('symbol,price,volume,timestamp\n'.repeat(100))

describe('gunzip', () => {
  it('gives what was compressed, up to the limit and not a byte more', async () => {
    const compressed = gzipSync(text)
    expect(await inflate(compressed, text.length)).toEqual(text)
    await expect(inflate(compressed, text.length - 1)).rejects.toMatchObject({ code: 'WEIR_BODY_TOO_LARGE' })
  })

  it('stops at the limit instead of inflating a bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024))
    const before = process.memoryUsage().arrayBuffers
    await expect(inflate(bomb, 1024)).rejects.toMatchObject({ code: 'WEIR_BODY_TOO_LARGE' })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024)
  })

  it('refuses gzip that is cut short or corrupt', async () => {
    const compressed = gzipSync(text)
    const corrupt = Buffer.from(compressed)
    corrupt.fill(0xff, 12, 20)
    for (const bytes of [compressed.subarray(0, -1), compressed.subarray(0, 5), corrupt, text]) {
      await expect(inflate(bytes, text.length)).rejects.toMatchObject({ code: 'WEIR_BODY_INVALID' })
    }
  })
})

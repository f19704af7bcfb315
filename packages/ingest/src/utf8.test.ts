import { describe, expect, it } from 'vitest'
import { decodeUtf8 } from './utf8.ts'

describe('text of a body', () => {
  it('is its UTF-8, without a byte order mark', () => {
    expect(decodeUtf8(Buffer.from('\uFEFFsymbol Ω'))).toBe('symbol Ω')
  })

  it('is refused at the first byte that is no UTF-8, with no character replaced', () => {
    const bytes = Buffer.concat([Buffer.from('Ω\uFFFD'), Buffer.from([0x41, 0xff, 0x41])])
    expect(() => decodeUtf8(bytes)).toThrow('the body is not valid UTF-8 at byte 6')
  })

  it('is refused where it ends within a character', () => {
    expect(() => decodeUtf8(Buffer.from('aΩ').subarray(0, 2))).toThrow('at byte 1')
  })
})

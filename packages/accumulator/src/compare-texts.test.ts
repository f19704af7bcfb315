import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compareTexts } from './compare-texts.ts'

it('orders texts as their UTF-8 bytes', () => {
  const text = fc.string({ unit: fc.constantFrom('A', 'a', 'é', '\uffee', '\ud7ff', '😀', '\u{10ffff}'), maxLength: 4 })
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareTexts(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
    }),
  )
})

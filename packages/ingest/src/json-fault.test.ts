// Goal: the walk refuses exactly what JSON.parse refuses, and points at the fault. Method: random JSON, cut, doubled or
// changed in one place.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonFault } from './json-fault.ts'

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const document = fc.json({ maxDepth: 4 })
const broken = fc
  .tuple(document, fc.nat(), fc.constantFrom('', ',', ']', '}', '"', '\\', '0', ' ', ':', 'e', '\n', '['))
  .map(([text, at, put]) => {
    const place = at % (text.length + 1)
    return text.slice(0, place) + put + text.slice(place + 1)
  })

describe('the fault of a JSON text', () => {
  it('is found exactly where JSON.parse refuses', () => {
    fc.assert(
      fc.property(fc.oneof(document, broken, fc.string()), (text) => {
        expect(jsonFault(text) === undefined).toBe(isJson(text))
      }),
      { numRuns: 5000 },
    )
  })

  it('lies at the first token that is out of place', () => {
    expect(jsonFault('[{"price":1},]')).toBe(13)
    expect(jsonFault('[{"price" 1}]')).toBe(10)
    expect(jsonFault('[{"price":1},{"price":x}]')).toBe(22)
    expect(jsonFault('[1] 2')).toBe(4)
    expect(jsonFault('[1, "a')).toBe(4)
  })

  it('lies at the end of a text that stops too early', () => {
    expect(jsonFault('[{"price":1}')).toBe(12)
    expect(jsonFault('')).toBe(0)
  })

  it('is found in strings and nestings of any length', () => {
    const long = `["${'x'.repeat(200_000)}\\n${' '.repeat(5000)}"${' '.repeat(5000)}`
    expect(jsonFault(`${long}]`)).toBeUndefined()
    expect(jsonFault(`${long}}`)).toBe(long.length)
    expect(jsonFault('['.repeat(100_000))).toBe(100_000)
  })
})

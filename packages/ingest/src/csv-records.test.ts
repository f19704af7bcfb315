// Goal: what was written as CSV is read back. Method: random fields, written quoted or not, with LF or CRLF.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvRecords } from './csv-records.ts'

const field = fc.string({ unit: fc.constantFrom('a', '1', '.', '"', ',', '\n', '\r\n', ' ', 'Ω'), maxLength: 6 })

function write(value: string, isQuoted: boolean): string {
  return isQuoted || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}

describe('CSV records', () => {
  it('are read back as they were written', () => {
    const records = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 5 })
    fc.assert(
      fc.property(
        records,
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.boolean(),
        (rows, lineEnd, isQuoted, endsOpen) => {
          const text = rows.map((row) => row.map((value) => write(value, isQuoted)).join(',')).join(lineEnd)
          const read = [...csvRecords(endsOpen || rows.length === 0 ? text : text + lineEnd)]
          expect(read.map(({ fields }) => fields)).toEqual(rows)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('know the line on which they begin', () => {
    const records = [...csvRecords('a,b\r\n\r\n"c\nd",e\nf,g')]
    expect(records.map(({ line }) => line)).toEqual([1, 3, 5])
  })

  it.each([
    ['a,b\n"c,d', 'the quote opened in line 2 is not closed'],
    ['a,b\nc"d,e', 'a quote inside an unquoted field in line 2'],
    ['a,b\n"c\nd"e,f', 'text after a closing quote in line 3'],
  ])('are refused, with the line, where a quote is out of place', (text, message) => {
    expect(() => [...csvRecords(text)]).toThrow(message)
  })
})

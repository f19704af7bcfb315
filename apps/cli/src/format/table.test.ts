import { describe, expect, it } from 'vitest'
import { tableText } from './table.ts'

describe('tableText', () => {
  it('aligns columns under their heads', () => {
    const text = tableText(
      [{ head: 'name' }, { head: 'rows', align: 'right' }],
      [
        ['sessions', '7'],
        ['bars', '12345'],
      ],
    )
    expect(text).toBe(['name       rows', '--------  -----', 'sessions      7', 'bars      12345'].join('\n'))
  })
})

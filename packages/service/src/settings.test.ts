import { describe, expect, it } from 'vitest'
import type { Setting } from './setting.ts'
import { settings } from './settings.ts'

const all = Object.entries<Setting>(settings)

describe('settings', () => {
  it.each(all.filter(([, setting]) => setting.default !== undefined))(
    'the default of %s is within its own range',
    (_name, setting) => {
      expect(setting.schema.safeParse(setting.default).success).toBe(true)
    },
  )

  it('each has one way to a value at most: a default, another setting, or being required', () => {
    const ways = ({ default: text, required, sameAs }: Setting) =>
      [text, required, sameAs].filter((way) => way !== undefined).length
    expect(all.filter(([, setting]) => ways(setting) > 1)).toEqual([])
  })

  it('what stands in for another setting is a setting of the same kind', () => {
    const standIns = all.filter(([, { sameAs }]) => sameAs !== undefined)
    const known: Readonly<Record<string, Setting>> = settings
    expect(standIns.map(([, { sameAs = '' }]) => known[sameAs]?.secret)).toEqual(
      standIns.map(([, { secret }]) => secret),
    )
  })

  it('no default is a secret', () => {
    expect(all.filter(([, { default: text, secret }]) => secret && text !== undefined && text !== '')).toEqual([])
  })

  it('texts fit a table cell, and somebody uses each', () => {
    expect(all.filter(([, { allowed, description }]) => /[|\n]/.test(allowed + description))).toEqual([])
    expect(all.filter(([, { usedBy }]) => usedBy.length === 0)).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import { flag, roleTokens, scaleDigits, timeZone, url } from './setting-schemas.ts'

const TOKEN = 'abcdef0123456789'

describe('scaleDigits', () => {
  it.each([
    ['1', 0],
    ['1e0', 0],
    ['1e-0', 0],
    ['1e-4', 4],
    ['1E-8', 8],
    ['0.1', 1],
    ['0.0001', 4],
    ['.01', 2],
    ['0.00000001', 8],
  ])('%s is %i digits', (text, digits) => {
    expect(scaleDigits().parse(text)).toBe(digits)
  })

  it.each(['0', '2', '10', '1e-9', '1e4', '0.00000000001', '0.0002', '0.10', '1e-4.5', '-1', ''])(
    '%j is refused',
    (text) => {
      expect(scaleDigits().safeParse(text).success).toBe(false)
    },
  )
})

describe('roleTokens', () => {
  it('reads one or many, in one line or one a line', () => {
    expect(roleTokens().parse(`ingest:${TOKEN}`)).toEqual([{ role: 'ingest', token: TOKEN }])
    expect(roleTokens().parse(`ingest:${TOKEN}, read:a:${TOKEN}\noperate:${TOKEN}=\n`)).toEqual([
      { role: 'ingest', token: TOKEN },
      { role: 'read', token: `a:${TOKEN}` },
      { role: 'operate', token: `${TOKEN}=` },
    ])
  })

  it.each([
    `admin:${TOKEN}`,
    TOKEN,
    `:${TOKEN}`,
    'read:short',
    `read:${TOKEN} ${TOKEN}`,
    `read:${'a'.repeat(257)}`,
    `read:${TOKEN},,x`,
  ])('%j is refused', (text) => {
    expect(roleTokens().safeParse(text).success).toBe(false)
  })
})

describe('url, timeZone, flag', () => {
  it('a URL has one of the schemes and a host', () => {
    const redis = url(['redis:', 'rediss:'])
    expect(
      ['redis://h', 'rediss://:pw@h:6380/1', 'redis://[::1]:6379'].map((text) => redis.safeParse(text).success),
    ).toEqual([true, true, true])
    expect(
      ['redis:', 'http://h', 'redis://', 'h:6379', 'redis:///1'].map((text) => redis.safeParse(text).success),
    ).toEqual(Array(5).fill(false))
  })

  it('a time zone is one that the machine knows', () => {
    expect(timeZone().safeParse('Asia/Kolkata').success).toBe(true)
    expect(timeZone().safeParse('New York').success).toBe(false)
  })

  it('a flag is never true by accident', () => {
    expect(['true', '1', 'yes', 'on', 'False', '0', 'no', 'off'].map((text) => flag().parse(text))).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ])
    expect(flag().safeParse('flase').success).toBe(false)
  })
})

import { describe, expect, it } from 'vitest'
import { ConfigError, type Environment, isSettingGiven, parseSettings } from './config.ts'
import type { SettingName } from './settings.ts'

const noFiles = (path: string): string => {
  throw Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' })
}

function errorOf(names: readonly SettingName[], env: Environment, readFile = noFiles): ConfigError {
  try {
    parseSettings(names, env, readFile)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('no fault was found')
}

describe('parseSettings', () => {
  it('gives typed values, from the environment or by default', () => {
    const env = { SHARDS: '4', ENABLE_DATABASE_SYNC: 'no', MAX_TICK_AGE_SECONDS: '86400', REDIS_DURABILITY: 'always' }
    expect(
      parseSettings(
        ['SHARDS', 'PRICE_SCALE', 'ENABLE_DATABASE_SYNC', 'MAX_TICK_AGE_SECONDS', 'REDIS_DURABILITY', 'WEIR_TOKENS'],
        env,
      ),
    ).toEqual({
      SHARDS: 4,
      PRICE_SCALE: 4,
      ENABLE_DATABASE_SYNC: false,
      MAX_TICK_AGE_SECONDS: 86400,
      REDIS_DURABILITY: 'always',
      WEIR_TOKENS: [],
    })
  })

  it('a setting that is off or not set is undefined', () => {
    expect(parseSettings(['MAX_TICK_AGE_SECONDS', 'REDIS_DURABILITY'], {})).toEqual({
      MAX_TICK_AGE_SECONDS: undefined,
      REDIS_DURABILITY: undefined,
    })
  })

  it('an empty variable counts as not set, and white space around a value does not count', () => {
    expect(parseSettings(['SHARDS', 'INGEST_PORT'], { SHARDS: ' ', INGEST_PORT: ' 9000\n' })).toEqual({
      SHARDS: 4,
      INGEST_PORT: 9000,
    })
  })

  it('reports every fault at once, with name, value and what is allowed', () => {
    const error = errorOf(['SHARDS', 'INGEST_PORT', 'DATABASE_URL', 'LOG_LEVEL', 'SESSION_TIME_ZONE'], {
      SHARDS: '0',
      INGEST_PORT: '8080x',
      LOG_LEVEL: 'info',
      SESSION_TIME_ZONE: 'Mars/Olympus',
    })
    expect(error.code).toBe('WEIR_CONFIG_INVALID')
    expect(error.faults.map(({ name }) => name)).toEqual(['SHARDS', 'INGEST_PORT', 'DATABASE_URL', 'SESSION_TIME_ZONE'])
    expect(error.message).toContain('SHARDS is "0"; it must be 1 to 1024')
    expect(error.message).toContain('INGEST_PORT is "8080x"; it must be 0 to 65535')
    expect(error.message).toContain('DATABASE_URL is not set; it must be postgres://')
    expect(error.message).toContain('SESSION_TIME_ZONE is "Mars/Olympus"')
  })

  it('a wrong secret is named but never shown', () => {
    const error = errorOf(
      ['REDIS_URL', 'WEIR_TOKENS', 'DATABASE_URL'],
      {
        REDIS_URL: 'http://user:hunter2@host',
        WEIR_TOKENS: 'operate:hunter2',
        DATABASE_URL_FILE: '/secrets/db',
      },
      () => 'mysql://hunter2',
    )
    expect(error.faults).toHaveLength(3)
    expect(JSON.stringify([error.message, error.faults])).not.toContain('hunter2')
  })

  it('a long value is cut in the message', () => {
    expect(errorOf(['SHARDS'], { SHARDS: '9'.repeat(5000) }).message.length).toBeLessThan(300)
  })

  it.each([
    ['SHARDS', '1024', '1025'],
    ['INGEST_PORT', '0', '-1'],
    ['INGEST_PORT', '65535', '65536'],
    ['MAX_BODY_BYTES', '1024', '1023'],
    ['PRICE_SCALE', '1e-8', '1e-9'],
    ['SYNC_ON_SHUTDOWN', 'off', 'never'],
    ['REDIS_DURABILITY', 'none', 'no'],
    ['REDIS_KEY_PREFIX', 'desk-1', '{weir}'],
    ['DIRTY_DATA_BATCH_SIZE', '1', '0'],
    ['MAX_CLOCK_AHEAD_SECONDS', '0', '0.5'],
    ['INGEST_HOST', '::1', 'a b'],
    ['DATABASE_URL', 'postgresql://h/db', 'postgres://'],
    ['REDIS_URL', 'rediss://h:6380/2', 'h:6380'],
  ] as const)('%s may be %s, not %s', (name, right, wrong) => {
    expect(() => parseSettings([name], { [name]: right })).not.toThrow()
    expect(errorOf([name], { [name]: wrong }).faults).toHaveLength(1)
  })
})

describe('secrets in files', () => {
  const files = (path: string) => (path === '/secrets/redis' ? 'redis://:pw@host:6379/0\n' : noFiles(path))

  it('a secret may come from the file that NAME_FILE names', () => {
    expect(parseSettings(['REDIS_URL'], { REDIS_URL_FILE: '/secrets/redis' }, files)).toEqual({
      REDIS_URL: 'redis://:pw@host:6379/0',
    })
  })

  it('the queue uses the Redis of the rows, wherever that comes from, unless it has its own', () => {
    expect(parseSettings(['QUEUE_REDIS_URL'], { REDIS_URL_FILE: '/secrets/redis' }, files).QUEUE_REDIS_URL).toBe(
      'redis://:pw@host:6379/0',
    )
    const env = { REDIS_URL: 'redis://one', QUEUE_REDIS_URL: 'redis://two' }
    expect(parseSettings(['REDIS_URL', 'QUEUE_REDIS_URL'], env)).toEqual(env)
  })

  it('a missing or empty file, and a secret given twice, are faults', () => {
    expect(errorOf(['REDIS_URL'], { REDIS_URL_FILE: '/nowhere' }).message).toMatch(
      /cannot be read from \/nowhere.*ENOENT/,
    )
    expect(errorOf(['REDIS_URL'], { REDIS_URL_FILE: '/empty' }, () => '\n').message).toContain('is empty in /empty')
    expect(errorOf(['REDIS_URL'], { REDIS_URL_FILE: '/a', REDIS_URL: 'redis://h' }).message).toContain('given twice')
  })

  it('what is no secret has no file', () => {
    expect(parseSettings(['SHARDS'], { SHARDS_FILE: '/nowhere' }, noFiles)).toEqual({ SHARDS: 4 })
  })

  it('isSettingGiven sees both ways, and no empty variable', () => {
    expect(isSettingGiven('REDIS_URL', { REDIS_URL: 'redis://h' })).toBe(true)
    expect(isSettingGiven('REDIS_URL', { REDIS_URL_FILE: '/f' })).toBe(true)
    expect(isSettingGiven('REDIS_URL', { REDIS_URL: '' })).toBe(false)
    expect(isSettingGiven('SHARDS', { SHARDS_FILE: '/f' })).toBe(false)
  })
})

describe('misspelt names', () => {
  it('a missing setting points at the variable that was probably meant for it', () => {
    expect(errorOf(['REDIS_URL'], { REDIS_URI: 'redis://h' }).message).toContain(
      'REDIS_URL is not set (REDIS_URI is; is it meant?)',
    )
  })
})

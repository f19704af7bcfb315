// Goal: servers that Weir cannot use are refused by name. Method: INFO texts as the servers give them.
import { describe, expect, it } from 'vitest'
import { checkRedisVersion, parseInfo } from './server-info.ts'

describe('checkRedisVersion', () => {
  it.each([
    [
      '# Server\r\nredis_version:7.0.15\r\nredis_git_sha1:0\r\n',
      { kind: 'suitable', server: 'Redis', version: '7.0.15' },
    ],
    ['# Server\r\nredis_version:8.4.0\r\n', { kind: 'suitable', server: 'Redis', version: '8.4.0' }],
    ['# Server\r\nredis_version:10.0.0\r\n', { kind: 'suitable', server: 'Redis', version: '10.0.0' }],
    [
      '# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.1\r\n',
      { kind: 'suitable', server: 'Valkey', version: '8.1.1' },
    ],
  ])('takes %j', (text, expected) => {
    expect(checkRedisVersion(text)).toEqual(expected)
  })

  it.each([
    ['redis_version:6.2.14\r\n', 'the server is Redis 6.2.14; Weir needs Redis 7.0 or newer, or Valkey'],
    ['server:something\r\n', 'the server is no Redis or Valkey; Weir needs Redis 7.0 or newer, or Valkey'],
  ])('refuses %j', (text, reason) => {
    expect(checkRedisVersion(text)).toEqual({ kind: 'unsuitable', reason })
  })
})

describe('parseInfo', () => {
  it('keeps what follows the first colon', () => {
    const info = parseInfo('# Server\r\nexecutable:/usr/bin/a:b\r\n\r\n# Memory\r\nmaxmemory:0\r\n')
    expect([...info]).toEqual([
      ['executable', '/usr/bin/a:b'],
      ['maxmemory', '0'],
    ])
  })
})

// Goal: each failure of Redis has one class, by which callers retry, wait or stop. Method: the messages that Redis and
// ioredis give.
import { StoreError } from '@weir/accumulator'
import { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { classifyError } from './classify-error.ts'
import { rememberConnectionError } from './connection-errors.ts'

function reply(message: string): Error {
  const error = new Error(message)
  error.name = 'ReplyError'
  return error
}

const client = () => new Redis({ lazyConnect: true })

describe('classifyError', () => {
  it.each([
    ["OOM command not allowed when used memory > 'maxmemory'.", 'WEIR_STORE_FULL', true],
    ["READONLY You can't write against a read only replica.", 'WEIR_STORE_READ_ONLY', true],
    ['READONLY Can not run script with write flag on readonly replica.', 'WEIR_STORE_READ_ONLY', true],
    ['MISCONF Errors writing to the AOF file: No space left on device', 'WEIR_STORE_READ_ONLY', true],
    ['NOREPLICAS Not enough good replicas to write.', 'WEIR_STORE_READ_ONLY', true],
    ['LOADING Redis is loading the dataset in memory', 'WEIR_STORE_BUSY', true],
    ['BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.', 'WEIR_STORE_BUSY', true],
    ['CLUSTERDOWN The cluster is down', 'WEIR_STORE_BUSY', true],
    ['TRYAGAIN Multiple keys request during rehashing of slot', 'WEIR_STORE_BUSY', true],
    ['WRONGPASS invalid username-password pair or user is disabled.', 'WEIR_STORE_UNAUTHORIZED', false],
    ['NOAUTH Authentication required.', 'WEIR_STORE_UNAUTHORIZED', false],
    ["NOPERM User x has no permissions to run the 'evalsha' command", 'WEIR_STORE_UNAUTHORIZED', false],
    ['WEIR_LAYOUT_CHANGED the shard was made with another layout', 'WEIR_LAYOUT_CHANGED', false],
    ['WRONGTYPE Operation against a key holding the wrong kind of value', 'WEIR_STORE_REFUSED', false],
    ['ERR user_script:1: attempt to index a nil value', 'WEIR_STORE_REFUSED', false],
  ])('takes the reply %j as %s', (message, code, retryable) => {
    expect(classifyError(client(), reply(message), 'apply')).toMatchObject({ code, retryable })
  })

  it.each([
    'Connection is closed.',
    'Command timed out',
    "Stream isn't writeable and enableOfflineQueue options is false",
  ])('takes %j as a server that cannot be reached, where the outcome is unknown', (message) => {
    const error = classifyError(client(), new Error(message), 'apply')
    expect(error).toMatchObject({ code: 'WEIR_STORE_UNREACHABLE', retryable: true })
    expect(error.message).toMatch(/^apply: .*unknown/)
  })

  it('says why there is no connection', () => {
    const redis = client()
    rememberConnectionError(redis, new Error('connect ECONNREFUSED 127.0.0.1:6379'))
    expect(classifyError(redis, new Error("Stream isn't writeable"), 'apply').message).toContain('ECONNREFUSED')
    rememberConnectionError(redis, reply('WRONGPASS invalid username-password pair'))
    expect(classifyError(redis, new Error("Stream isn't writeable"), 'apply').code).toBe('WEIR_STORE_UNAUTHORIZED')
  })

  it('keeps the cause without the rows that were sent, and leaves a StoreError as it is', () => {
    const cause = Object.assign(reply('OOM'), { command: { name: 'evalsha', args: ['a'.repeat(1000)] } })
    const error = classifyError(client(), cause, 'apply')
    expect(error.cause).toBe(cause)
    expect(cause).not.toHaveProperty('command')
    expect(classifyError(client(), error, 'again')).toBe(error)
    expect(error).toBeInstanceOf(StoreError)
  })
})

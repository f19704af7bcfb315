import { StoreError } from '@weir/accumulator'
import { ServerError } from '@weir/servers'
import { ConfigError } from '@weir/service'
import { SyncError } from '@weir/sync'
import { describe, expect, it } from 'vitest'
import { CliError } from './cli-error.ts'
import { describeError } from './describe-error.ts'
import { exitCodeOf } from './exit-code.ts'

describe('a failed command', () => {
  it.each([
    [new StoreError('WEIR_STORE_UNREACHABLE', 'x'), 69],
    [new SyncError('WEIR_QUEUE_UNREACHABLE', 'x', { retryable: true }), 69],
    [new CliError('WEIR_CLI_UNREACHABLE', 'x'), 69],
    [new StoreError('WEIR_STORE_UNAUTHORIZED', 'x'), 1],
    [new StoreError('WEIR_LAYOUT_CHANGED', 'x'), 1],
    [new SyncError('WEIR_SYNC_NOT_TAKEN', 'x', { retryable: true }), 1],
    [new ServerError('PORT_IN_USE', 'x'), 1],
    [new CliError('WEIR_CLI_FILE', 'x'), 1],
    [new CliError('WEIR_CLI_USAGE', 'x'), 2],
    [new ConfigError([{ name: 'SHARDS', problem: 'is wrong' }]), 2],
    [new CliError('WEIR_CLI_INTERRUPTED', 'x'), 130],
    [new Error('a bug'), 1],
  ])('%o has the exit code %i', (error, code) => expect(exitCodeOf(error)).toBe(code))

  it('shows a stack only where it is a bug', () => {
    expect(describeError(new StoreError('WEIR_STORE_FULL', 'Redis is full'))).toBe('weir: Redis is full')
    expect(describeError(new TypeError('a bug'))).toMatch(/^weir: unexpected: TypeError: a bug\n\s+at /)
  })
})

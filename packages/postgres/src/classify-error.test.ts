import { StoreError } from '@weir/accumulator'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { breaksConnection, classifyError } from './classify-error.ts'

function failure(code: string): Error {
  return Object.assign(new pg.DatabaseError('it failed', 9, 'error'), { code })
}

describe('classifyError', () => {
  it.each([
    ['08006', 'WEIR_STORE_UNREACHABLE'],
    ['57P01', 'WEIR_STORE_UNREACHABLE'],
    ['57P03', 'WEIR_STORE_UNREACHABLE'],
    ['53300', 'WEIR_STORE_UNREACHABLE'],
    ['25P03', 'WEIR_STORE_UNREACHABLE'],
    ['40003', 'WEIR_STORE_UNREACHABLE'],
    ['ECONNRESET', 'WEIR_STORE_UNREACHABLE'],
    ['ECONNREFUSED', 'WEIR_STORE_UNREACHABLE'],
    ['ENOTFOUND', 'WEIR_STORE_UNREACHABLE'],
    ['28P01', 'WEIR_STORE_UNAUTHORIZED'],
    ['28000', 'WEIR_STORE_UNAUTHORIZED'],
    ['42501', 'WEIR_STORE_UNAUTHORIZED'],
    ['3D000', 'WEIR_NOT_MIGRATED'],
    ['42P01', 'WEIR_NOT_MIGRATED'],
    ['42P10', 'WEIR_NOT_MIGRATED'],
    ['42P07', 'WEIR_STORE_UNSUITABLE'],
    ['53100', 'WEIR_STORE_FULL'],
    ['53200', 'WEIR_STORE_FULL'],
    ['25006', 'WEIR_STORE_READ_ONLY'],
    ['40001', 'WEIR_STORE_BUSY'],
    ['40P01', 'WEIR_STORE_BUSY'],
    ['55P03', 'WEIR_STORE_BUSY'],
    ['57014', 'WEIR_STORE_BUSY'],
    ['22003', 'WEIR_ROW_REFUSED'],
    ['23514', 'WEIR_ROW_REFUSED'],
    ['54000', 'WEIR_ROW_REFUSED'],
    ['P0001', 'WEIR_ROW_REFUSED'],
    ['XX000', 'WEIR_STORE_REFUSED'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'WEIR_STORE_UNSUITABLE'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'WEIR_STORE_UNSUITABLE'],
  ])('gives %s the code %s, and keeps its cause', (code, expected) => {
    const cause = failure(code)
    const error = classifyError(cause, 'db:5432/weir')
    expect(error).toMatchObject({ code: expected, cause, message: expect.stringContaining('db:5432/weir') })
    expect((error as StoreError).message).toContain(code)
  })

  it.each([
    ['Connection terminated unexpectedly', 'WEIR_STORE_UNREACHABLE'],
    ['timeout exceeded when trying to connect', 'WEIR_STORE_UNREACHABLE'],
    ['Query read timeout', 'WEIR_STORE_UNREACHABLE'],
    ['SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string', 'WEIR_STORE_UNAUTHORIZED'],
    ['The server does not support SSL connections', 'WEIR_STORE_UNSUITABLE'],
  ])('knows what the driver says without a code: %s', (message, expected) => {
    expect(classifyError(new Error(message), 'db')).toMatchObject({ code: expected })
  })

  it('says what all addresses of a host answered', () => {
    const both = Object.assign(new AggregateError([new Error('refused at ::1'), new Error('refused at 127.0.0.1')]), {
      code: 'ECONNREFUSED',
    })
    expect((classifyError(both, 'db') as Error).message).toContain(
      'refused at ::1; refused at 127.0.0.1 (ECONNREFUSED)',
    )
  })

  it('leaves a bug what it is, and what is classified already', () => {
    const bug = new TypeError('x is not a function')
    expect(classifyError(bug, 'db')).toBe(bug)
    const classified = new StoreError('WEIR_STORE_BUSY', 'busy')
    expect(classifyError(classified, 'db')).toBe(classified)
  })
})

describe('breaksConnection', () => {
  it.each([
    ['57P01', true],
    ['26000', true],
    ['23505', false],
    ['57014', false],
  ])('says of %s: %s', (code, expected) => {
    expect(breaksConnection(classifyError(failure(code), 'db'))).toBe(expected)
  })
})

import { describe, expect, it } from 'vitest'
import { redactSecrets } from './redact-secrets.ts'

describe('redactSecrets', () => {
  it.each([
    ['redis://user:hunter2@host:6379/0', 'redis://user:***@host:6379/0'],
    ['rediss://:hunter2@host', 'rediss://:***@host'],
    ['postgres://weir:p@hunter2@db/weir?sslmode=require', 'postgres://weir:***@db/weir?sslmode=require'],
    ['postgres://db/weir?user=a&password=hunter2&x=1', 'postgres://db/weir?user=a&password=***&x=1'],
    ['{"authorization":"Bearer hunter2"}', '{"authorization":"***"}'],
    ['sent Authorization: Bearer hunter2.abc, got 401', 'sent Authorization: Bearer ***, got 401'],
    ['{"tokens":[{"role":"read","token":"hunter2\\"x"}]}', '{"tokens":[{"role":"read","token":"***"}]}'],
  ])('%s', (text, redacted) => {
    expect(redactSecrets(text)).toBe(redacted)
  })

  it('leaves what is no secret as it is', () => {
    const text = '{"url":"http://127.0.0.1:8080/v1/ticks","at":"12:00","mail":"a@b","tokenCount":2}'
    expect(redactSecrets(text)).toBe(text)
  })

  it.each(['a', 'a://b:', '"token":"', 'Bearer ', '?token='])('a long text of %j only is no trouble', (part) => {
    const long = part.repeat(10_000)
    expect(redactSecrets(long).length).toBeLessThan(2 * long.length)
  })
})

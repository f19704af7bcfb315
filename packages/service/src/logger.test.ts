import { describe, expect, it } from 'vitest'
import { createLogger, type LoggerOptions } from './logger.ts'

function capture(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = []
  const log = createLogger({
    name: 'ingest',
    level: 'info',
    ...options,
    destination: { write: (line) => void lines.push(line) },
  })
  return { log, lines }
}

describe('createLogger', () => {
  it('writes one JSON object a line, with time, level and name', () => {
    const { log, lines } = capture()
    log.warn({ shard: 3 }, 'slow')
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      name: 'ingest',
      shard: 3,
      msg: 'slow',
    })
  })

  it('leaves out what is below its level', () => {
    const { log, lines } = capture({ level: 'warn' })
    log.info('not this')
    expect(lines).toEqual([])
  })

  it('shows no secret, however deep: in messages, objects, errors and their causes', () => {
    for (const pretty of [false, true]) {
      const { log, lines } = capture({ pretty })
      const cause = new Error('connect redis://:hunter2@host failed')
      log.error(
        { err: new Error('no Redis', { cause }), request: { headers: { authorization: 'Bearer hunter2' } } },
        'postgres://u:hunter2@h',
      )
      log.info({ token: 'hunter2', password: 'hunter2' })
      log.child({ settings: { WEIR_TOKENS: 'read:hunter2' } }).info({ tokens: [{ role: 'read', token: 'hunter2' }] })
      expect(lines.join('')).toContain('no Redis')
      expect(lines.join('')).not.toContain('hunter2')
    }
  })

  it('pretty lines are for people: time, level, name, message, the rest, the stack', () => {
    const { log, lines } = capture({ pretty: true })
    log.info({ port: 8080, url: 'http://h' }, 'listening')
    log.error({ err: new TypeError('broken') })
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} INFO  ingest: listening port=8080 url=http:\/\/h\n$/)
    expect(lines[1]).toMatch(/ERROR ingest: broken\n {4}TypeError: broken\n {8}at /)
  })
})

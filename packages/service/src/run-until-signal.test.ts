import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const fixture = fileURLToPath(new URL('run-until-signal.fixture.ts', import.meta.url))

interface Outcome {
  readonly code: number | null
  /** What the services said. */
  readonly said: readonly string[]
  /** The messages of the log. */
  readonly logged: string
}

/** Runs the fixture; each time one of these lines comes, the signal is sent. */
async function run(scenario: string, signalAt: readonly string[] = [], shutdownTimeoutMs?: number): Promise<Outcome> {
  const timeout = shutdownTimeoutMs === undefined ? [] : [String(shutdownTimeoutMs)]
  const child = spawn(process.execPath, [fixture, scenario, ...timeout], { stdio: ['ignore', 'pipe', 'inherit'] })
  const said: string[] = []
  const logged: string[] = []
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => {
    ;(line.startsWith('{') ? logged : said).push(line)
    if (signalAt.includes(line)) child.kill('SIGTERM')
  })
  const [[code]] = (await Promise.all([once(child, 'close'), once(lines, 'close')])) as [[number | null], unknown]
  return { code, said, logged: logged.join('\n') }
}

const STARTED = ['start store', 'start ingest', 'start feed', 'running']

describe.concurrent('runUntilSignal', () => {
  it('starts in order, and on a signal stops in reverse and exits with 0', async () => {
    const { code, said } = await run('good', ['running'])
    expect({ code, said }).toEqual({ code: 0, said: [...STARTED, 'stop feed', 'stop ingest', 'stop store'] })
  })

  it('where one cannot start, those that did are stopped, the reason is logged, and the exit code is 1', async () => {
    const { code, said, logged } = await run('start-fails')
    expect({ code, said }).toEqual({ code: 1, said: ['start store', 'stop store'] })
    expect(logged).toContain('no port')
  })

  it('where one breaks while it runs, all are stopped and the exit code is 1', async () => {
    const { code, said, logged } = await run('breaks')
    expect(code).toBe(1)
    expect(said).toEqual(expect.arrayContaining(['stop ingest', 'stop store']))
    expect(logged).toContain('server died')
  })

  it('a lost promise stops everything, is logged, and the exit code is 1', async () => {
    const { code, said, logged } = await run('uncaught')
    expect({ code, said }).toEqual({ code: 1, said: [...STARTED, 'stop feed', 'stop ingest', 'stop store'] })
    expect(logged).toContain('lost promise')
  })

  it('one that cannot be stopped does not keep the others, and the exit code is 1', async () => {
    const { code, said, logged } = await run('stop-fails', ['running'])
    expect({ code, said }).toEqual({ code: 1, said: [...STARTED, 'stop feed', 'stop store'] })
    expect(logged).toContain('cannot stop')
  })

  it('a second signal exits at once with 1', async () => {
    const { code, said } = await run('stop-hangs', ['running', 'stop ingest'])
    expect({ code, said }).toEqual({ code: 1, said: [...STARTED, 'stop feed', 'stop ingest'] })
  })

  it('stopping has a limit: then the exit code is 1, and the log names what was not stopped', async () => {
    const { code, logged } = await run('stop-hangs', ['running'], 200)
    expect(code).toBe(1)
    expect(logged).toContain('"unfinished":["store","ingest"]')
  })

  it('a signal during a start lets that start finish, starts nothing more, and stops what was started', async () => {
    const { code, said } = await run('slow-start', ['starting ingest'])
    expect({ code, said }).toEqual({
      code: 0,
      said: ['start store', 'starting ingest', 'start ingest', 'stop ingest', 'stop store'],
    })
  })

  it('a process that has nothing left to do stops in order and exits with 0', async () => {
    const { code, said } = await run('idle')
    expect({ code, said }).toEqual({ code: 0, said: [...STARTED, 'stop feed', 'stop ingest', 'stop store'] })
  })
})

// Goal: a wrong command line is told apart from a failure, on stderr, with what was probably meant, before anything is done.
import { Writable } from 'node:stream'
import { systemClock, systemRandom } from '@weir/service'
import { describe, expect, it } from 'vitest'
import { runProgram } from './program.ts'

async function run(...argumentList: string[]) {
  const texts = { stdout: '', stderr: '' }
  const into = (name: keyof typeof texts) =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        texts[name] += chunk.toString()
        done()
      },
    })
  const code = await runProgram(argumentList, {
    env: {},
    cwd: '/nowhere',
    stdout: into('stdout'),
    stderr: into('stderr'),
    clock: systemClock,
    random: systemRandom,
    untilSignal: () => new AbortController().signal,
  })
  return { code, ...texts }
}

describe('weir', () => {
  it('shows its help, examples first', async () => {
    const { code, stdout, stderr } = await run('--help')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^Examples:\n(.|\n)*Usage: weir(.|\n)*Exit codes:/)
  })

  it.each(['up', 'replay', 'sync', 'status', 'verify', 'inspect', 'migrate', 'generate'])(
    'shows the help of %s, examples first, with --json',
    async (command) => {
      const { code, stdout } = await run(command, '--help')
      expect(code).toBe(0)
      expect(stdout).toMatch(/^Examples:\n/)
      expect(stdout).toContain('--json')
    },
  )

  it.each([
    ['an unknown command', ['stauts'], /unknown command 'stauts'\n\(Did you mean status\?\)/],
    ['an unknown flag', ['replay', 'x', '--bacth', '3'], /unknown option '--bacth'\n\(Did you mean --batch\?\)/],
    ['a missing argument', ['replay'], /missing required argument 'file'/],
    ['an argument too many', ['status', 'now'], /too many arguments/],
    ['a batch of nothing', ['replay', 'x', '--batch', '0'], /whole number from 1 to 100000/],
    ['a batch beyond the limit', ['replay', 'x', '--batch', '100001'], /whole number from 1 to 100000/],
    ['a speed that is none', ['replay', 'x', '--speed', '-1'], /max, or a number above 0/],
    ['a URL that is none', ['replay', 'x', '--url', 'localhost'], /URL like http/],
    ['a day that is none', ['inspect', 'SPY', '--period', 'yesterday'], /no day or time/],
    ['JSON where stdout is CSV', ['generate', '--json'], /--json needs --out/],
  ])('refuses %s with exit code 2, on stderr', async (_what, argumentList, message) => {
    const { code, stdout, stderr } = await run(...argumentList)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(message)
    expect(stderr).toMatch(/^weir: /)
  })

  it('without a command shows how to use it, as a usage error', async () => {
    const { code, stdout, stderr } = await run()
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('Usage: weir')
  })

  it('fails on a missing file, in one line', async () => {
    const { code, stdout, stderr } = await run('replay', 'missing.csv')
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: 'weir: /nowhere/missing.csv does not exist.\n',
    })
  })

  it('says that no server runs where none was named, with exit code 69', async () => {
    const { code, stderr } = await run('verify')
    expect(code).toBe(69)
    expect(stderr).toMatch(/no `weir up` runs on \/nowhere\/\.weir, and REDIS_URL and DATABASE_URL are not set/)
  })

  it('generates the same market for the same seed', async () => {
    const first = await run('generate', '--ticks', '50', '--seed', '7')
    expect(first.stdout.split('\n')).toHaveLength(52)
    expect((await run('generate', '--ticks', '50', '--seed', '7')).stdout).toBe(first.stdout)
    expect((await run('generate', '--ticks', '50', '--seed', '8')).stdout).not.toBe(first.stdout)
  })
})

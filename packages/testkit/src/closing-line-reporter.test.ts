// The closing line against real runs of Vitest, good and bad: CI believes it.

import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'

const reporter = join(import.meta.dirname, 'closing-line-reporter.ts')
const vitestDir = dirname(fileURLToPath(import.meta.resolve('vitest/package.json')))

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'weir-reporter-'))
  await mkdir(join(root, 'node_modules'))
  await symlink(vitestDir, join(root, 'node_modules', 'vitest'))
})

afterEach(() => rm(root, { recursive: true, force: true }))

type Run = { readonly lastLine: string | undefined; readonly code: number }

async function runVitest(files: Readonly<Record<string, string>>): Promise<Run> {
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(root, name), text)))
  const command = [join(vitestDir, 'vitest.mjs'), 'run', '--root', root, '--reporter', reporter]
  return new Promise((resolve) => {
    execFile(process.execPath, command, (error, stdout) => {
      resolve({ lastLine: stdout.trimEnd().split('\n').at(-1), code: Number(error?.code ?? 0) })
    })
  })
}

it('counts what passed, failed and was skipped', async () => {
  const test = `import { expect, it } from 'vitest'
    it('a', () => {}); it('b', () => expect(1).toBe(2)); it.skip('c', () => {}); it('d', () => {})`
  expect(await runVitest({ 'a.test.ts': test })).toEqual({ lastLine: '2 passed, 1 failed, 1 skipped', code: 1 })
})

it('counts a file that cannot be loaded, a hook that throws and a lost rejection as failures', async () => {
  const run = await runVitest({
    'broken.test.ts': `throw new Error('broken')`,
    'hook.test.ts': `import { beforeAll, describe, it } from 'vitest'
      describe('s', () => { beforeAll(() => { throw new Error('hook') }); it('kept from running', () => {}) })`,
    'lost.test.ts': `import { it } from 'vitest'
      it('passes', () => { Promise.reject(new Error('lost')) })`,
  })
  expect(run).toEqual({ lastLine: '1 passed, 3 failed, 1 skipped', code: 1 })
})

it('says that nothing failed only where something ran', async () => {
  expect(await runVitest({})).toEqual({ lastLine: '0 passed, 1 failed', code: 1 })
})

it('counts a broken global setup as a failure', async () => {
  const files = {
    'a.test.ts': `import { it } from 'vitest'; it('a', () => {})`,
    'setup.ts': `export default () => { throw new Error('no server') }`,
    'vitest.config.ts': `export default { test: { globalSetup: ['setup.ts'] } }`,
  }
  expect(await runVitest(files)).toEqual({ lastLine: '0 passed, 1 failed', code: 1 })
})

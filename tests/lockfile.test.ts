// Goal: a clean clone installs once. Method: every dependency that a package.json asks for stands in the lock file as asked;
// otherwise each start would find the installation incomplete and call npm again.
import { globSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const
type Manifest = Partial<Record<(typeof KINDS)[number], Record<string, string>>>

it('package-lock.json fits every package.json', () => {
  const lock = JSON.parse(readFileSync(`${root}/package-lock.json`, 'utf8')) as { packages: Record<string, Manifest> }
  const manifests = globSync(
    ['package.json', 'packages/*/package.json', 'apps/*/package.json', 'benchmarks/package.json'],
    { cwd: root },
  )
  expect(manifests.length).toBeGreaterThan(10)
  for (const path of manifests) {
    const wanted = JSON.parse(readFileSync(`${root}/${path}`, 'utf8')) as Manifest
    const locked = lock.packages[path === 'package.json' ? '' : dirname(path)] ?? {}
    for (const kind of KINDS) {
      expect({ path, kind, names: locked[kind] ?? {} }).toEqual({ path, kind, names: wanted[kind] ?? {} })
    }
  }
})

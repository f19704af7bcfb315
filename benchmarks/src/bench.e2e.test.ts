// Goal: the benchmark runs from its entry to its pages. Method: two contenders at the smallest scale; no figure is judged.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Publication } from './publication.ts'

const ENTRY = fileURLToPath(new URL('../../scripts/bench.mjs', import.meta.url))
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-bench-test-'))
})

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

const bench = (...words: string[]) => spawnSync(process.execPath, [ENTRY, ...words], { encoding: 'utf8' })

it('runs contenders, asks them for their counts and writes the pages', () => {
  const { status, stdout, stderr } = bench(
    '--quick',
    '--only',
    'embedded-sessions-10000-always,hincrby',
    '--into',
    folder,
  )
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' })
  const publication = JSON.parse(readFileSync(join(folder, 'benchmarks', 'results.json'), 'utf8')) as Publication
  const contenders = publication.steps.contenders?.figures.contenders ?? []
  const runs = Object.fromEntries(contenders.map(({ variant, runs: [run] }) => [variant.id, run]))
  const right = expect.objectContaining({ missing: 0, isVolumeRight: true })
  expect(runs).toMatchObject({ 'embedded-sessions-10000-always': right, hincrby: right })
  expect(readdirSync(join(folder, 'benchmarks'))).toContain('contenders.svg')
  for (const page of ['benchmarks.md', 'sizing.md']) {
    expect(readFileSync(join(folder, page), 'utf8')).not.toMatch(/NaN|undefined|Infinity/)
  }
  expect(stdout).toContain('Weir embedded, sessions, 10,000 ticks a batch')
})

it('runs a step by itself, beside what others have left there', () => {
  const words = ['--quick', '--steps', 'soak', '--soak-seconds', '2', '--into', folder]
  const { status, stderr } = bench(...words)
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' })
  const { steps } = JSON.parse(readFileSync(join(folder, 'benchmarks', 'results.json'), 'utf8')) as Publication
  expect(Object.keys(steps)).toEqual(['contenders', 'soak'])
  expect(steps.soak?.figures.soak).toMatchObject({ missing: 0 })
})

it('refuses words that it does not know, and says which it does', () => {
  const { status, stderr } = bench('--soak-seconds', 'long')
  expect(status).toBe(2)
  expect(stderr).toContain('--soak-seconds is long')
  expect(bench('--only', 'pyhton').stderr).toContain('pyhton is neither')
  expect(bench('--steps', 'sook').stderr).toContain('sook is no step')
})

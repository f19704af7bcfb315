// Goal: the source stays as ARCHITECTURE.md says it is. Method: read the files that git knows, or would add.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const FILE_LINES_MAX = 300
const LUA_LINES_MAX = 110

/** Who may import whom; tests, fixtures and `testing/` folders may use the testkit and the servers besides. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  accumulator: [],
  service: [],
  servers: [],
  generator: [],
  definitions: ['accumulator', 'service'],
  // What a program embeds is wired as an app is.
  embedded: ['accumulator', 'definitions', 'ingest', 'postgres', 'redis', 'service'],
  redis: ['accumulator'],
  postgres: ['accumulator'],
  ingest: ['accumulator', 'service'],
  sync: ['accumulator', 'service'],
  testkit: ['accumulator', 'redis', 'postgres', 'servers'],
  simulation: ['accumulator', 'ingest', 'postgres', 'redis', 'servers', 'service', 'sync', 'testkit'],
}

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root })
  .toString()
  .trimEnd()
  .split('\n')
  .filter((path) => existsSync(join(root, path)))
const sources = files.filter((path) => /\.(ts|mjs)$/.test(path))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const isTest = (path: string) => /\.(test|fixture)\.ts$|\/testing\/|^tests\//.test(path)

describe('the source', () => {
  it('has imports that follow the arrows', () => {
    const wrong = sources.flatMap((path) => {
      const allowed = ARROWS[/^packages\/([^/]+)\/src\//.exec(path)?.[1] ?? '']
      if (allowed === undefined || isTest(path)) return []
      const imported = [...read(path).matchAll(/from '@weir\/([a-z-]+)'/g)].map((match) => match[1] as string)
      return imported.filter((name) => !allowed.includes(name)).map((name) => `${path} imports ${name}`)
    })
    expect(wrong).toEqual([])
  })

  it('knows BullMQ in one file of the sync package', () => {
    const importing = sources.filter((path) => path.startsWith('packages/') && /from 'bullmq'/.test(read(path)))
    expect(importing.filter((path) => !isTest(path))).toEqual(['packages/sync/src/schedule.ts'])
  })

  it('reads the environment only where settings are read', () => {
    const allowed =
      /^(apps\/[^/]+\/src\/config\.ts|scripts\/|apps\/cli\/bin\/|apps\/cli\/src\/main\.ts|packages\/testkit\/|packages\/simulation\/src\/main\.ts)/
    const reading = sources.filter((path) => /process\.env/.test(read(path)) && !isTest(path) && !allowed.test(path))
    expect(reading).toEqual([])
  })

  it('has no long file', () => {
    const lines = (path: string) => read(path).split('\n').length
    expect(sources.filter((path) => lines(path) > FILE_LINES_MAX)).toEqual([])
    expect(files.filter((path) => path.endsWith('.lua') && lines(path) > LUA_LINES_MAX)).toEqual([])
  })

  it('says at the top of each Lua script its flags, its keys, its arguments and what it gives', () => {
    const scripts = files.filter((path) => /^packages\/redis\/lua\/[^/]+\.lua$/.test(path))
    expect(scripts.length).toBeGreaterThan(5)
    const faults = scripts.flatMap((path) => {
      const text = read(path)
      const used = ['KEYS', 'ARGV'].filter((name) => text.includes(`${name}[`))
      const missing = [...used, 'Gives'].map((part) => `-- ${part}`).filter((part) => !text.includes(part))
      return [...missing, ...(text.startsWith('#!lua') ? [] : ['#!lua'])].map((part) => `${path}: ${part}`)
    })
    expect(faults).toEqual([])
  })

  it('has no drawer names, no leftovers and nothing skipped', () => {
    const drawers = /^(common|utils?|helpers?|types|manager|misc)\b/
    expect(files.filter((path) => path.split('/').some((part) => drawers.test(basename(part))))).toEqual([])
    const leftover = /\b(TODO|FIXME|XXX)\b|^\s*(it|describe|test)\.(skip|only|todo)\(/m
    expect(sources.filter((path) => path !== 'tests/tidy.test.ts' && leftover.test(read(path)))).toEqual([])
  })

  it('is where ARCHITECTURE.md and README.md say it is', () => {
    for (const page of ['ARCHITECTURE.md', 'README.md']) {
      const named = [...read(page).matchAll(/\]\(([^)#:]+)\)/g)].map((match) => match[1] as string)
      expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([])
    }
    const keepers = [...read('ARCHITECTURE.md').matchAll(/`([a-z-]+\/(?:src\/)?[a-z-]+(?:\.[a-z0-9]+)*\.test\.ts)`/g)]
    const paths = keepers.map((match) => match[1] as string)
    expect(paths.length).toBeGreaterThan(8)
    expect(paths.filter((path) => !existsSync(join(root, path)) && !existsSync(join(root, 'packages', path)))).toEqual(
      [],
    )
  })
})

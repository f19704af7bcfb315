// Goal: what Redis gets is what the files say. Method: every script of lua/, read as it is sent.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadLuaScript } from './lua-script.ts'

const FOLDER = new URL('../lua/', import.meta.url)
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.lua'))
const generated = { accumulators: 'local ACCUMULATORS = {}', merges: '' }
/** These write, and must be refused by a full Redis. */
const REFUSED_WHEN_FULL = ['apply.lua', 'claim.lua', 'mark-dirty.lua', 'restore.lua']

describe('a Lua script', () => {
  it.each(files)('%s begins with its flags and a header, and has no include left', (file) => {
    const { source } = loadLuaScript(file.replace('.lua', ''), generated)
    expect(source).toMatch(/^#!lua( flags=(allow-oom|no-writes))?\n-- \S/)
    expect(source).toMatch(/\n-- KEYS .*\n(-- .*\n)*?-- Gives /)
    expect(source).not.toContain('-- include:')
  })

  it('may run in a full Redis exactly where it frees or keeps small', () => {
    const refused = files.filter((file) => readFileSync(new URL(file, FOLDER), 'utf8').startsWith('#!lua\n'))
    expect(refused.toSorted()).toEqual(REFUSED_WHEN_FULL)
  })

  it('never compares strings by their order, which depends on the locale', () => {
    for (const file of files) {
      const { source } = loadLuaScript(file.replace('.lua', ''), generated)
      expect(source).not.toMatch(/origin(_hex|_bytes)?\s*[<>]=?\s|\.origin\s*[<>]/)
    }
  })
})

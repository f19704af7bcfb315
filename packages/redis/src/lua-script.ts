/**
 * A script of `lua/`, whole: lines `-- include: name` are replaced by `lua/include/name.lua`, or by Lua generated from
 * the layout. Redis knows a script by the SHA-1 of its text.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

export interface LuaScript {
  readonly name: string
  readonly source: string
  readonly sha1: string
}

const FOLDER = new URL('../lua/', import.meta.url)
const INCLUDE = /^-- include: ([a-z-]+)$/gm

/** `generated` stands in for includes that are no files. */
export function loadLuaScript(name: string, generated: Readonly<Record<string, string>> = {}): LuaScript {
  const source = readLua(`${name}.lua`).replace(INCLUDE, (_, include: string) => {
    return generated[include] ?? readLua(`include/${include}.lua`)
  })
  return { name, source, sha1: createHash('sha1').update(source).digest('hex') }
}

function readLua(path: string): string {
  return readFileSync(new URL(path, FOLDER), 'utf8').trimEnd() + '\n'
}

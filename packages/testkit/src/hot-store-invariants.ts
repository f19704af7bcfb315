/** What holds of every state of a hot store, whatever the calls were. */
import { isAside, keyOfField, type Layout, parseDirtyMember } from '@weir/accumulator'
import { expect } from 'vitest'
import type { HotStoreDump } from './hot-store-dump.ts'

export function expectConsistent(dump: HotStoreDump, layout: Layout): void {
  for (const { name } of layout.accumulators) {
    for (let shard = 0; shard < layout.shards; shard++) expectConsistentShard(dump, tagOf(dump, shard), name)
  }
}

function expectConsistentShard(dump: HotStoreDump, tag: string, name: string): void {
  const dirty = Object.keys(dump[`${tag}dirty:${name}`] ?? {})
  const records = Object.entries(dump[`${tag}periods`] ?? {}).filter(([field]) => field.startsWith(`${name}:`))
  const counted = records.reduce((sum, [, record]) => sum + Number(record.split(':')[2]), 0)
  expect(counted, `dirty rows of ${name} counted by period`).toBe(dirty.length)

  const asides = dirty.filter(isAside)
  const indexed = Object.entries(dump[`${tag}aside:${name}`] ?? {}).flatMap(([member, origins]) =>
    (origins.match(/.{32}/g) ?? []).map((origin) => `${member}\u0000${origin}`),
  )
  expect(indexed.toSorted(), `rows of ${name} set aside, by the index`).toEqual(asides.toSorted())
  for (const member of asides) {
    const { period, field } = parseDirtyMember(member)
    const row = dump[`${tag}rows:${name}:${period}`]?.[field]
    expect(row?.slice(0, 32), `the row set aside as ${field}`).toBe(field.slice(keyOfField(field).length + 1))
  }
}

function tagOf(dump: HotStoreDump, shard: number): string {
  const found = Object.keys(dump).find((key) => key.includes(`:${shard}}:`))
  return found === undefined ? '' : found.slice(0, found.indexOf('}:') + 2)
}

/**
 * The layout as text in Redis, for messages: the fingerprints in each shard's meta decide. Written once, by the first
 * process that meets an empty Redis; an accumulator that is new is added.
 */
import { type Layout, type LayoutEntry, layoutDifferences, StoreError } from '@weir/accumulator'
import type { Redis } from 'ioredis'
import { redisKeys } from './keys.ts'

const ADVICE =
  'Start every process with the settings that the store was made with; give a changed accumulator of your own another name; ' +
  'or sync everything to PostgreSQL, stop Weir, and give the new layout a REDIS_KEY_PREFIX and tables of its own'

/**
 * Throws WEIR_LAYOUT_CHANGED where the store was made with another layout. Gives accumulators that only the store has.
 */
export async function ensureLayoutRecord(redis: Redis, keyPrefix: string, layout: Layout): Promise<string[]> {
  const key = redisKeys(keyPrefix).layout
  // Read first: a full Redis refuses every write, and a worker must be able to start and drain it.
  const known = await redis.hgetall(key)
  const fresh = entriesOf(layout).filter(([name]) => known[name] === undefined)
  for (const [name, { text }] of fresh) await redis.hsetnx(key, name, text)
  const stored = fresh.length === 0 ? known : await redis.hgetall(key)
  const differences = differencesOf(stored, layout)
  if (differences.length > 0) throw layoutChanged(differences)
  const names = new Set(entriesOf(layout).map(([name]) => name))
  return Object.keys(stored).filter((name) => !names.has(name))
}

/** The same refusal, with the differences named as far as the record tells them. */
export async function explainLayoutRefusal(
  redis: Redis,
  keyPrefix: string,
  layout: Layout,
  refusal: StoreError,
): Promise<StoreError> {
  const stored = await redis.hgetall(redisKeys(keyPrefix).layout).catch(() => ({}))
  const differences = differencesOf(stored, layout)
  return layoutChanged(differences.length > 0 ? differences : [refusal.message], refusal)
}

function differencesOf(stored: Record<string, string>, layout: Layout): string[] {
  return entriesOf(layout).flatMap(([name, { text }]) => {
    const other = stored[name]
    return other === undefined ? [] : layoutDifferences(other, text).map((difference) => `${name}: ${difference}`)
  })
}

function entriesOf(layout: Layout): [string, LayoutEntry][] {
  return [['base', layout.base], ...Object.entries(layout.entries)]
}

function layoutChanged(differences: readonly string[], cause?: StoreError): StoreError {
  return new StoreError(
    'WEIR_LAYOUT_CHANGED',
    `Redis holds rows of another layout: ${differences.join('; ')}. ${ADVICE}`,
    { cause },
  )
}

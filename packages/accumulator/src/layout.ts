/**
 * The layout record: what must be equal in every process that touches the same rows. It stands in Redis and in PostgreSQL
 * and goes with every `apply`; a difference is refused, since two units in one row would be silent nonsense.
 */
import { createHash } from 'node:crypto'
import type { Accumulator } from './accumulator.ts'

/** Raised when the packed row, the shard function or the key formats change. */
const CODEC_VERSION = 1

export interface Layout {
  readonly shards: number
  readonly accumulators: readonly Accumulator[]
  /** What all accumulators share, as canonical text and its fingerprint. */
  readonly base: LayoutEntry
  /** One entry an accumulator, by name. An accumulator that is new to a store is added to its record. */
  readonly entries: Readonly<Record<string, LayoutEntry>>
}

export interface LayoutEntry {
  /** Canonical JSON, for the message that names a difference. */
  readonly text: string
  /** 16 hex digits of the SHA-256 of the text. */
  readonly fingerprint: string
}

export function createLayout(options: { shards: number; accumulators: readonly Accumulator[] }): Layout {
  const { shards, accumulators } = options
  return {
    shards,
    accumulators,
    base: entry({ codec: CODEC_VERSION, SHARDS: shards }),
    entries: Object.fromEntries(accumulators.map((accumulator) => [accumulator.name, entry(describe(accumulator))])),
  }
}

/** The differences between two layout texts, as `name: stored here, now there` lines. */
export function layoutDifferences(stored: string, present: string): string[] {
  const a = JSON.parse(stored) as Record<string, unknown>
  const b = JSON.parse(present) as Record<string, unknown>
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]))
    .map((name) => `${name} is ${JSON.stringify(a[name])} in the store and ${JSON.stringify(b[name])} here`)
}

function describe({ name, period, key, input, fields }: Accumulator): object {
  return { accumulator: name, period, key, measures: input.measures, fields }
}

function entry(value: object): LayoutEntry {
  const text = JSON.stringify(value)
  return { text, fingerprint: createHash('sha256').update(text).digest('hex').slice(0, 16) }
}

/**
 * The layout record: what must be equal in every process that touches the same rows. It stands in Redis and in PostgreSQL
 * and goes with every `apply`; a difference is refused, since two units in one row would be silent nonsense.
 */
import { createHash } from 'node:crypto'
import { type Accumulator, isDirectional } from './accumulator.ts'
import { demand } from './definition-error.ts'
import { type DirectionReference, directionReference } from './direction.ts'

/** Raised when the packed row, the shard function or the key formats change. */
const CODEC_VERSION = 2

export interface Layout {
  readonly shards: number
  readonly accumulators: readonly Accumulator[]
  /** By what the direction of an event is judged; undefined where no accumulator asks for it. */
  readonly reference: DirectionReference | undefined
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
  const names = accumulators.flatMap(({ name, table, view }) => [
    name,
    table,
    ...(view?.kind === 'market' ? [view.name] : []),
  ])
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  demand(twice === undefined, `two accumulators, their tables or views are called ${twice}`)
  refuseTwoInputsOfOneName(accumulators)
  return {
    shards,
    accumulators,
    reference: referenceOf(accumulators),
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

function refuseTwoInputsOfOneName(accumulators: readonly Accumulator[]): void {
  const shapes = new Map<string, string>()
  for (const { input } of accumulators.flatMap(({ feeds }) => feeds)) {
    const shape = JSON.stringify([input.texts, input.measures])
    const known = shapes.get(input.name)
    demand(known === undefined || known === shape, `two inputs are called ${input.name}: ${known} and ${shape}`)
    shapes.set(input.name, shape)
  }
}

function referenceOf(accumulators: readonly Accumulator[]): DirectionReference | undefined {
  const asking = accumulators.filter(isDirectional)
  const references = accumulators.filter(({ reference }) => reference !== undefined)
  if (asking[0] === undefined) return undefined
  demand(references.length === 1, 'directions are judged by one accumulator with a reference')
  const reference = directionReference(references[0] as Accumulator)
  for (const { name, fieldList } of asking) {
    const other = fieldList.find(({ spec, input }) => 'when' in spec && input.name !== reference.accumulator.input.name)
    demand(
      other === undefined,
      `${name}.${other?.name} asks for directions of ${other?.input.name}, which nobody judges`,
    )
  }
  return reference
}

function describe({ name, period, key, feeds, fields }: Accumulator): object {
  const inputs = feeds.map(({ input, constants = {} }) => ({ input: input.name, measures: input.measures, constants }))
  return { accumulator: name, period, key, inputs, fields }
}

function entry(value: object): LayoutEntry {
  const text = JSON.stringify(value)
  return { text, fingerprint: createHash('sha256').update(text).digest('hex').slice(0, 16) }
}

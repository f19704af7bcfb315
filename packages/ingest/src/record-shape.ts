/** What a record of an input must be like, so that no accumulator which it feeds is left with a value it cannot hold. */
import type { Accumulator, EventInput, Layout } from '@weir/accumulator'

export interface RecordShape {
  readonly input: EventInput
  /** Measures that are summed: a sum only grows. */
  readonly nonNegative: ReadonlySet<string>
  /** Measures that are multiplied with each other. */
  readonly products: readonly (readonly [string, string])[]
}

export function recordShape({ accumulators }: Layout, input: EventInput): RecordShape {
  const nonNegative = new Set<string>()
  const products: (readonly [string, string])[] = []
  for (const field of accumulators.flatMap(({ fieldList }: Accumulator) => fieldList)) {
    const { spec } = field
    if (spec.kind === 'records' && spec.plus?.from === input.name) nonNegative.add(spec.plus.of)
    if (spec.kind !== 'sum' || field.input.name !== input.name) continue
    if (typeof spec.of === 'string') nonNegative.add(spec.of)
    else products.push(spec.of.product)
  }
  for (const name of products.flat()) nonNegative.add(name)
  return { input, nonNegative, products }
}

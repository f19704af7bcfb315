/**
 * The merge of a run of deltas into rows, generated for each accumulator as straight-line Lua on locals: a loop over
 * fields would cost Redis several times as much for each row. Equal to `merge.ts`, by the conformance suite.
 */
import type { Layout } from '@weir/accumulator'
import { compileNarrowMerges } from './compile-narrow-merge.ts'
import { compileOpenMerge } from './compile-open-merge.ts'
import { compileWideMerge } from './compile-wide-merge.ts'
import { hasNarrowForm } from './delta-form.ts'

/** Assigns `merge_wide` and, where there are such, `merge_narrow`, `merge_lone` and `merge_open` to each entry of `ACCUMULATORS`. */
export function compileMerges(layout: Layout): string {
  return layout.accumulators
    .flatMap((accumulator, index) => [
      ...compileWideMerge(accumulator, `ACCUMULATORS[${index + 1}]`),
      ...(hasNarrowForm(accumulator) ? compileNarrowMerges(accumulator, `ACCUMULATORS[${index + 1}]`) : []),
      ...compileOpenMerge(accumulator, `ACCUMULATORS[${index + 1}]`),
    ])
    .join('\n')
}

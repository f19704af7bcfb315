/**
 * What `apply.lua` knows of the layout, generated from it: for each accumulator its name, fingerprint, the bytes of a
 * row that nothing has fed, and how a row restarts under a new origin.
 */
import {
  type Accumulator,
  BYTES,
  emptyRow,
  type Field,
  goesOn,
  HEADER_BYTES,
  type Layout,
  ORIGIN_BYTES,
  packRow,
} from '@weir/accumulator'
import { openEventDoubles } from './compile-open-merge.ts'
import { luaString } from './lua-text.ts'

const ZERO_ORIGIN = '0'.repeat(2 * ORIGIN_BYTES)
const ARRIVAL_BYTES = 8

/** `local REFERENCE_AT`, `local BASE_FINGERPRINT` and `local ACCUMULATORS`, in the order of the layout. */
export function compileAccumulators(layout: Layout): string {
  return [
    // Where a row of the reference keeps the measure of the event before, from 1.
    `local REFERENCE_AT = ${HEADER_BYTES + (layout.reference?.byte ?? 0) + 1}`,
    `local BASE_FINGERPRINT = ${luaString(layout.base.fingerprint)}`,
    'local ACCUMULATORS = {',
    ...layout.accumulators.flatMap((accumulator) => compileAccumulator(accumulator, layout)),
    '}',
  ].join('\n')
}

function compileAccumulator(accumulator: Accumulator, layout: Layout): string[] {
  const bottoms = packRow(accumulator, emptyRow(accumulator, ZERO_ORIGIN)).subarray(ORIGIN_BYTES)
  return [
    '  {',
    `    name = ${luaString(accumulator.name)},`,
    `    fingerprint = ${luaString(layout.entries[accumulator.name]?.fingerprint ?? '')},`,
    `    goes_on = ${accumulator.goesOn},`,
    `    open_doubles = ${openEventDoubles(accumulator)},`,
    // Everything after the origin.
    `    bottoms = ${luaString(bottoms)},`,
    '    restart = function(row, origin)',
    `      return ${compileRestart(accumulator)}`,
    '    end,',
    '  },',
  ]
}

/** Sums start at zero, whose bytes are zero; the rest is copied, but for arrivals, which start at zero too. */
function compileRestart(accumulator: Accumulator): string {
  const runs = [{ isKept: false, bytes: HEADER_BYTES - ORIGIN_BYTES }]
  for (const part of accumulator.fieldList.flatMap(keptBytes)) {
    const run = runs.at(-1)
    if (run?.isKept === part.isKept) run.bytes += part.bytes
    else runs.push({ ...part })
  }
  let at = ORIGIN_BYTES
  const pieces = runs.map(({ isKept, bytes }) => {
    at += bytes
    return isKept ? `string.sub(row, ${at - bytes + 1}, ${at})` : luaString(new Uint8Array(bytes))
  })
  return ['origin', ...pieces].join(' .. ')
}

function keptBytes({ spec, storage }: Field): { isKept: boolean; bytes: number }[] {
  if (!goesOn(spec.kind)) return [{ isKept: false, bytes: BYTES[storage] }]
  if (storage !== 'event') return [{ isKept: true, bytes: BYTES[storage] }]
  return [
    { isKept: true, bytes: BYTES.event - ARRIVAL_BYTES },
    { isKept: false, bytes: ARRIVAL_BYTES },
  ]
}

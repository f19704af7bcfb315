/**
 * Lua that counts, of a batch's running extremes, those beyond the row's. The first event of a row opens the range and
 * is none. Leaves `list_at` at the next list.
 */
import { type Accumulator, assert, bottomOf, type Field, HEADER_BYTES, writeInt64 } from '@weir/accumulator'
import { luaString } from './lua-text.ts'

/** Lua allows 200 locals a function, so an accumulator of very many fields is merged in blocks. */
export const BLOCK_SLOTS_MAX = 48

/** The name of the length of a records field's list. */
export function listLength({ slot }: Field): string {
  return `list${slot}`
}

/** Into `events<slot>`. Reads row and delta by itself: the extreme may lie in another block. The measure at the last record may not. */
export function countWideRecords(accumulator: Accumulator, field: Field): string[] {
  const { operator, slot, byte, bottom } = extremeOf(accumulator, field)
  const { keep, isFar } = leastMove(accumulator, field, operator)
  const beyond = (high: string, low: string) =>
    `${high} ${operator} high or (${high} == high and ${low} ${operator} low)`
  const count = [
    `if not open then open = true high, low = next_high, next_low ${keep}`,
    `elseif ${beyond('next_high', 'next_low')} then high, low = next_high, next_low`,
    `if ${isFar} then events${field.slot} = events${field.slot} + 1 ${keep} end end`,
  ]
  return [
    `local events${field.slot} = 0`,
    'do',
    `local high, low = read('>i2I6', row, ${HEADER_BYTES + byte + 1})`,
    `local last_high, last_low = read('<dd', buffer, values_at + ${8 * slot})`,
    `local open = high ~= ${bottom.high} or low ~= ${bottom.low}`,
    `for place = 1, ${listLength(field)} do`,
    'local next_high, next_low',
    "next_high, next_low, list_at = read('<dd', buffer, list_at)",
    ...count,
    'end',
    'local next_high, next_low = last_high, last_low',
    ...count,
    'end',
  ]
}

/**
 * The same where an int64 is one double, added to the row's count at once: a row's value from 2^53 on is rounded, which compares as
 * it should with deltas below 2^53, but for the bottom, which is told by its bytes. Every delta lies beyond the bottom.
 */
export function countNarrowRecords(accumulator: Accumulator, field: Field, form: 'narrow' | 'lone'): string[] {
  const { operator, slot, byte, bottom } = extremeOf(accumulator, field)
  const addOne = `r${field.slot} = r${field.slot} + 1`
  const bottomBytes = Buffer.alloc(8)
  writeInt64(bottomBytes, 0, bottom.high, bottom.low)
  const from = HEADER_BYTES + byte + 1
  const isBeyond = `d${slot} ${operator} r${slot}`
  const isFarFromBottom = operator === '>' ? `r${slot} > -${2 ** 53}` : `r${slot} < ${2 ** 53}`
  const isOpen = `(${isFarFromBottom} or string.sub(row, ${from}, ${from + 7}) ~= ${luaString(bottomBytes)})`
  if (form === 'lone') return [`if ${isBeyond} and ${isOpen} then ${addOne} end`]
  const count = (next: string) => [
    `if not open then open = true extreme = ${next}`,
    `elseif ${next} ${operator} extreme then ${addOne} extreme = ${next} end`,
  ]
  return [
    `if ${isBeyond} then`,
    `local extreme, open = r${slot}, ${isOpen}`,
    `for place = 1, ${listLength(field)} do`,
    "local next_extreme = read('<d', buffer, list_at + 8 * (place - 1))",
    ...count('next_extreme'),
    'end',
    ...count(`d${slot}`),
    'end',
    `list_at = list_at + 8 * ${listLength(field)}`,
  ]
}

/** What keeps the measure at the last record, where the field has a least move. */
function leastMove(accumulator: Accumulator, { spec, lastRecord }: Field, operator: '>' | '<') {
  const kept = accumulator.fieldList[lastRecord]
  if (kept === undefined || spec.kind !== 'records') return { keep: '', isFar: 'true' }
  assert(accumulator.slots <= BLOCK_SLOTS_MAX, 'a least move is for accumulators of one block')
  const sign = operator === '>' ? 1 : -1
  const factor = 10_000 + sign * (spec.minMoveBps ?? 0)
  const [high, low] = [`r${kept.slot}`, `r${kept.slot + 1}`]
  return {
    keep: `${high}, ${low} = next_high, next_low`,
    isFar: `is_far(next_high, next_low, ${high}, ${low}, ${factor}, ${sign})`,
  }
}

function extremeOf(accumulator: Accumulator, field: Field) {
  const extreme = accumulator.fieldList[field.extreme]
  assert(extreme !== undefined, 'a records field has its extreme')
  const [high = 0, low = 0] = bottomOf(extreme.spec.kind)
  const operator = extreme.spec.kind === 'max' ? '>' : '<'
  return { operator, slot: extreme.slot, byte: extreme.byte, bottom: { high, low } } as const
}

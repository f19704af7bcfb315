/**
 * The merge with one double an int64, of narrow and of lone deltas: `r6` is the int64 in slots 6 and 7 of the row, `d6` of the
 * delta. Whatever it would write is checked to lie below 2^53, where doubles are exact; else the delta is widened and
 * merged on limbs.
 */
import { type Accumulator, type Field, LIMB, type Storage } from '@weir/accumulator'
import { countNarrowRecords, listLength } from './compile-records.ts'
import { narrowSlots } from './delta-form.ts'
import { type LoneForm, loneForm, loneValues } from './lone-form.ts'

const EXACT = 2 ** 53
/** `l`, a C long, spares `struct` the reading of digits, at each value: it is 8 bytes where Redis is built for 64 bits. */
const PACKED: Readonly<Record<Storage, string>> = { int64: 'l', uint96: 'I6I6', net: 'll', event: 'lLL' }

/** Assigns `merge_narrow` and, where there is such a form, `merge_lone`. */
export function compileNarrowMerges(accumulator: Accumulator, target: string): string[] {
  const lone = loneForm(accumulator)
  return [
    ...compileMerge(accumulator, target, 'narrow', readNarrow(accumulator)),
    ...(lone === undefined ? [] : compileMerge(accumulator, target, 'lone', readLone(lone))),
  ]
}

/** Leaves `at` at the next delta. */
function readNarrow({ fieldList }: Accumulator): string[] {
  const lists = fieldList.filter(({ spec }) => spec.kind === 'records').map(listLength)
  const head = ['index', 'added', ...lists, ...fieldList.flatMap(narrowSlots).map((slot) => `d${slot}`)]
  return [
    `local ${head.join(', ')}, list_at = read('<${'d'.repeat(head.length)}', buffer, at)`,
    'local lists_at = list_at',
    `at = ${['list_at', ...lists.map((length) => `8 * ${length}`)].join(' + ')}`,
  ]
}

function readLone(form: LoneForm): string[] {
  const head = ['index', ...form.measures.map((_, index) => `m${index}`)]
  return [
    `local ${head.join(', ')}`,
    `${head.join(', ')}, at = read('<${'d'.repeat(head.length)}', buffer, at)`,
    ...loneValues(form),
  ]
}

function compileMerge(
  accumulator: Accumulator,
  target: string,
  form: 'narrow' | 'lone',
  readDelta: readonly string[],
): string[] {
  const { fieldList } = accumulator
  const records = fieldList.filter(({ spec }) => spec.kind === 'records')
  const format = `>c16I6L${fieldList.map(({ storage }) => PACKED[storage]).join('')}`
  const portable = format.replaceAll('l', 'i8').replaceAll('L', 'I8')
  const ofRow = fieldList.flatMap(rowSlots).map((slot) => `r${slot}`)
  const readRow = 'read(format, row)'
  const added = form === 'lone' ? 1 : 'added'
  return [
    `${target}.merge_${form} = function(group, buffer, at, count)`,
    'local rows, fresh, touched, present, present_turn = group.rows, group.fresh, group.touched, present, present_turn',
    'local read, write = struct.unpack, struct.pack',
    `local format = struct.size('l') == 8 and '${format}' or '${portable}'`,
    'for _ = 1, count do',
    ...readDelta,
    'local row = fresh[index] or rows[index] or prepared_row(group, index)',
    `local origin, turn, updates, ${ofRow.join(', ')} = ${readRow}`,
    'if origin ~= present and not fresh[index] then',
    'row = prepared_row(group, index)',
    `origin, turn, updates, ${ofRow.join(', ')} = ${readRow}`,
    'end',
    ...records.flatMap((field) => countNarrowRecords(accumulator, field, form)),
    ...fieldList.flatMap(mergeField),
    `if ${exactness(fieldList).join(' and ')} then`,
    `fresh[index] = write(format, origin, present_turn, updates + ${added}, ${ofRow.join(', ')})`,
    'if turn ~= present_turn then touched[#touched + 1] = index end',
    'else',
    ...widen(accumulator, target, form),
    'end',
    'end',
    'end',
  ]
}

/** The delta in the wide form, as a buffer of its own. */
function widen({ fieldList }: Accumulator, target: string, form: 'narrow' | 'lone'): string[] {
  const lists = fieldList.filter(({ spec }) => spec.kind === 'records').map(listLength)
  const values = fieldList.flatMap((field) => {
    const { slot, storage, spec } = field
    if (spec.kind === 'records') return ['0', '0']
    if (storage === 'uint96') return [`d${slot}`, `d${slot + 1}`]
    const second = storage === 'net' ? limbs(slot + 2) : []
    return [...limbs(slot), ...second, ...(storage === 'event' ? [`d${slot + 2}`, `d${slot + 3}`] : [])]
  })
  const counts = form === 'lone' ? [1, ...lists.map(() => 0)] : ['added', ...lists]
  const head = ['index', ...counts, ...values]
  const allLists = form === 'lone' || lists.length === 0 ? '' : ` .. wide_list(buffer, lists_at, ${lists.join(' + ')})`
  return [
    `local wide = write('<${'d'.repeat(head.length)}', ${head.join(', ')})${allLists}`,
    `${target}.merge_wide(group, wide, 1, 1)`,
  ]
}

function limbs(slot: number): string[] {
  return [`math.floor(d${slot} / ${LIMB})`, `d${slot} % ${LIMB}`]
}

function mergeField({ spec, slot, storage }: Field): string[] {
  const eventIf = (wins: string) =>
    `if ${wins} then r${slot} = d${slot} r${slot + 2} = d${slot + 2} r${slot + 3} = updates + d${slot + 3} end`
  switch (spec.kind) {
    case 'count':
    case 'sum':
      return storage === 'uint96' ? addUint96(slot) : [`r${slot} = r${slot} + d${slot}`]
    case 'net':
      return [`r${slot} = r${slot} + d${slot}`, `r${slot + 2} = r${slot + 2} + d${slot + 2}`]
    case 'records':
      return []
    case 'max':
      return [`if d${slot} > r${slot} then r${slot} = d${slot} end`]
    case 'min':
      return [`if d${slot} < r${slot} then r${slot} = d${slot} end`]
    case 'latest':
      return [`r${slot} = d${slot}`]
    case 'first':
      return [eventIf(`d${slot + 2} < r${slot + 2}`)]
    case 'last':
      return [eventIf(`d${slot + 2} >= r${slot + 2} and d${slot + 2} > 0`)]
  }
}

function addUint96(slot: number): string[] {
  return [
    `r${slot + 1} = r${slot + 1} + d${slot + 1}`,
    `r${slot} = r${slot} + d${slot}`,
    `if r${slot + 1} >= ${LIMB} then r${slot + 1} = r${slot + 1} - ${LIMB} r${slot} = r${slot} + 1 end`,
  ]
}

/**
 * After the merge a max is no less than the delta's, a sum no less than 0: one side is left to check. Of all sums together:
 * where one is not below, what they add up to is not either.
 */
function exactness(fields: readonly Field[]): string[] {
  const sums = fields.flatMap(({ spec, slot, storage }) => {
    if (spec.kind === 'net') return [`r${slot}`, `r${slot + 2}`]
    const isSum = spec.kind === 'count' || spec.kind === 'sum' || spec.kind === 'records'
    return isSum && storage !== 'uint96' ? [`r${slot}`] : []
  })
  return [sums.length === 0 ? 'true' : `${sums.join(' + ')} < ${EXACT}`, ...fields.flatMap(exactnessOf)]
}

function exactnessOf({ spec, slot, storage }: Field): string[] {
  const below = `r${slot} < ${EXACT}`
  const above = `r${slot} > -${EXACT}`
  switch (spec.kind) {
    case 'count':
    case 'sum':
      return storage === 'uint96' ? [`r${slot} < ${LIMB}`] : []
    case 'max':
      return [below]
    case 'min':
      return [above]
    case 'net':
    case 'records':
    case 'latest':
      return []
    case 'first':
    case 'last':
      return [below, above]
  }
}

/** The slots that the row's format gives; a records field is one more int64. */
function rowSlots(field: Field): number[] {
  return field.spec.kind === 'records' ? [field.slot] : narrowSlots(field)
}

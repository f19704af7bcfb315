/**
 * The merge on limbs: `r7` is slot 7 of the row, `d7` of the delta. Does what `merge.ts` does, in the same order, and
 * is the one that finds overflows: a `break` leaves the `repeat` around one delta, with its row unchanged.
 */
import {
  type Accumulator,
  bottomOf,
  type Field,
  HEADER_BYTES,
  INT64_HIGH_MAX,
  LIMB,
  SLOTS,
  type Storage,
  UINT96_HIGH_MAX,
} from '@weir/accumulator'
import { BLOCK_SLOTS_MAX, countWideRecords, listLength } from './compile-records.ts'

const DOUBLE = 8

const PACKED: Readonly<Record<Storage, string>> = { int64: 'i2I6', uint96: 'I6I6', net: 'i2I6i2I6', event: 'i2I6I8I8' }

export function compileWideMerge(accumulator: Accumulator, target: string): string[] {
  const { fieldList } = accumulator
  const lists = fieldList.filter(({ spec }) => spec.kind === 'records').map(listLength)
  const head = ['index', 'added', ...lists]
  const blocks = blocksOf(fieldList)
  const pieces = blocks.map((_, index) => `piece${index}`)
  return [
    `${target}.merge_wide = function(group, buffer, at, count)`,
    'local rows, fresh, touched, present, present_turn = group.rows, group.fresh, group.touched, present, present_turn',
    'local read, write = struct.unpack, struct.pack',
    'for _ = 1, count do repeat',
    `local ${head.join(', ')}, values_at = read('<${'d'.repeat(head.length)}', buffer, at)`,
    `local list_at = values_at + ${DOUBLE * accumulator.slots}`,
    `at = ${['list_at', ...lists.map((length) => `${2 * DOUBLE} * ${length}`)].join(' + ')}`,
    'local row = fresh[index] or prepared_row(group, index)',
    "local origin, turn, updates = read('>c16I6I8', row)",
    `local ${pieces.join(', ')}`,
    ...blocks.flatMap((fields, index) => mergeBlock(accumulator, fields, `piece${index}`)),
    `fresh[index] = write('>c16I6I8', origin, present_turn, updates + added) .. ${pieces.join(' .. ')}`,
    'if turn ~= present_turn then touched[#touched + 1] = index end',
    'until true end',
    'end',
  ]
}

/** Records are counted first, against the extremes that the row had before this delta. */
function mergeBlock(accumulator: Accumulator, fields: readonly Field[], piece: string): string[] {
  const first = fields[0] as Field
  const format = fields.map(({ storage }) => PACKED[storage]).join('')
  const ofRow = slotNames('r', fields).join(', ')
  const ofDelta = slotNames('d', fields)
  return [
    'do',
    `local ${ofRow} = read('>${format}', row, ${HEADER_BYTES + first.byte + 1})`,
    `local ${ofDelta.join(', ')} = read('<${'d'.repeat(ofDelta.length)}', buffer, values_at + ${DOUBLE * first.slot})`,
    ...fields.filter(({ spec }) => spec.kind === 'records').flatMap((field) => countWideRecords(accumulator, field)),
    ...fields.flatMap((field) => mergeField(accumulator, field)),
    `${piece} = write('>${format}', ${ofRow})`,
    'end',
  ]
}

function mergeField(accumulator: Accumulator, field: Field): string[] {
  const { spec, slot, storage } = field
  const highMax = storage === 'uint96' ? UINT96_HIGH_MAX : INT64_HIGH_MAX
  const add = (at: number, addedHigh: string, addedLow: string) => [
    `r${at + 1} = r${at + 1} + ${addedLow}`,
    `r${at} = r${at} + ${addedHigh}`,
    `if r${at + 1} >= ${LIMB} then r${at + 1} = r${at + 1} - ${LIMB} r${at} = r${at} + 1 end`,
    `if r${at} > ${highMax} then overflowed(group, index, ${accumulator.fieldList.indexOf(field)}) break end`,
  ]
  const copyIf = (wins: string, also = '') => [
    `if ${wins} then r${slot} = d${slot} r${slot + 1} = d${slot + 1}${also} end`,
  ]
  const beyond = (operator: string) =>
    `d${slot} ${operator} r${slot} or (d${slot} == r${slot} and d${slot + 1} ${operator} r${slot + 1})`
  const withTime = ` r${slot + 2} = d${slot + 2} r${slot + 3} = updates + d${slot + 3}`
  switch (spec.kind) {
    case 'count':
    case 'sum':
      return add(slot, `d${slot}`, `d${slot + 1}`)
    case 'net':
      return [...add(slot, `d${slot}`, `d${slot + 1}`), ...add(slot + 2, `d${slot + 2}`, `d${slot + 3}`)]
    case 'records':
      return add(slot, `d${slot}`, `d${slot + 1} + events${slot}`)
    case 'max':
      return copyIf(beyond('>'))
    case 'min':
      return copyIf(beyond('<'))
    case 'latest': {
      const [high, low] = bottomOf('latest')
      return copyIf(`d${slot} ~= ${high} or d${slot + 1} ~= ${low}`)
    }
    case 'first':
      return copyIf(`d${slot + 2} < r${slot + 2}`, withTime)
    case 'last':
      return copyIf(`d${slot + 2} >= r${slot + 2} and d${slot + 2} > 0`, withTime)
  }
}

function blocksOf(fields: readonly Field[]): Field[][] {
  const blocks: Field[][] = [[]]
  let slots = 0
  for (const field of fields) {
    slots += SLOTS[field.storage]
    if (slots > BLOCK_SLOTS_MAX) {
      blocks.push([])
      slots = SLOTS[field.storage]
    }
    blocks.at(-1)?.push(field)
  }
  return blocks
}

function slotNames(letter: 'r' | 'd', fields: readonly Field[]): string[] {
  return fields.flatMap(({ slot, storage }) =>
    Array.from({ length: SLOTS[storage] }, (_, at) => `${letter}${slot + at}`),
  )
}

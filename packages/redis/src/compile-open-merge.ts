/**
 * The merge of open events, generated for each accumulator with fields by direction: each is judged against the row that
 * keeps the measure of the event before; what they add together is merged as one delta in the wide form.
 */
import { type Accumulator, directionalFields, type Field, LIMB } from '@weir/accumulator'

/** What `direction_of` in apply-rows.lua gives. */
const DIRECTIONS = { up: 1, down: -1, flat: 0 } as const

/** Doubles of one open event: group and place of its reference, what is judged, what is added up. */
export function openEventDoubles(accumulator: Accumulator): number {
  return 4 + 2 * directionalFields(accumulator).measures.length
}

export function compileOpenMerge(accumulator: Accumulator, target: string): string[] {
  const { measures, fields } = directionalFields(accumulator)
  if (fields.length === 0) return []
  const values = measures.flatMap((_, index) => [`m${2 * index}`, `m${2 * index + 1}`])
  const head = ['reference', 'place', 'high', 'low', ...values]
  const sums = fields.flatMap(({ field }) => [`s${field.slot}`, `s${field.slot + 1}`])
  const lists = accumulator.fieldList.filter(({ spec }) => spec.kind === 'records').map(() => '0')
  const delta = ['index', '0', ...lists, ...slotsOf(accumulator, new Set(fields.map(({ field }) => field.slot)))]
  return [
    `${target}.merge_open = function(groups, group, index, at, count)`,
    'local read = struct.unpack',
    `local ${sums.join(', ')} = ${sums.map(() => '0').join(', ')}`,
    'for _ = 1, count do',
    `local ${head.join(', ')}`,
    `${head.join(', ')}, at = read('<${'d'.repeat(head.length)}', buffer, at)`,
    'local direction = direction_of(groups[reference], place, high, low)',
    ...fields.flatMap(({ field, when, measure }) => [
      `if direction == ${DIRECTIONS[when]} then`,
      ...addLimbs(field, measure < 0 ? ['0', '1'] : [`m${2 * measure}`, `m${2 * measure + 1}`]),
      'end',
    ]),
    'end',
    `${target}.merge_wide(group, struct.pack('<${'d'.repeat(delta.length)}', ${delta.join(', ')}), 1, 1)`,
    'end',
  ]
}

function addLimbs({ slot }: Field, [high, low]: readonly [string, string] | readonly string[]): string[] {
  return [
    `s${slot} = s${slot} + ${high}`,
    `s${slot + 1} = s${slot + 1} + ${low}`,
    `if s${slot + 1} >= ${LIMB} then s${slot + 1} = s${slot + 1} - ${LIMB} s${slot} = s${slot} + 1 end`,
  ]
}

/** The slots of the delta: sums where a direction feeds them, bottoms elsewhere. */
function slotsOf({ bottoms }: Accumulator, fed: ReadonlySet<number>): string[] {
  return Array.from(bottoms, (bottom, slot) => (fed.has(slot) || fed.has(slot - 1) ? `s${slot}` : String(bottom)))
}

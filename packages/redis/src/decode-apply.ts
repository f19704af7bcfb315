/** The replies of `apply.lua` as outcomes. */
import { type ApplyOutcome, assert, type Layout, type Verdict } from '@weir/accumulator'
import { type ApplyGroups, rowNameAt } from './apply-groups.ts'

export function decodeApply(layout: Layout, groups: ApplyGroups, reply: unknown): ApplyOutcome {
  const [kind, ...rest] = reply as [Buffer, ...(Buffer | number)[]]
  const numbers = rest as number[]
  switch (kind.toString()) {
    case 'applied':
      return decodeApplied(String(rest[0]))
    case 'unopened':
      return { kind: 'unopened' }
    case 'stale':
      return { kind: 'stale' }
    case 'unseeded':
      return { kind: 'unseeded', rows: pairsOf(numbers).map(([group, place]) => rowNameAt(groups, group, place)) }
    case 'overflow': {
      const [group = 0, place = 0, fieldIndex = 0] = numbers
      const row = rowNameAt(groups, group, place)
      const field = layout.accumulators.find(({ name }) => name === row.accumulator)?.fieldList[fieldIndex]
      assert(field !== undefined, 'the script names a field of the accumulator')
      return { kind: 'overflow', row, field: field.name }
    }
    default:
      throw new Error(`bug: apply.lua gave ${kind.toString()}`)
  }
}

/** `origin:dirty:verdicts`, as it is kept in the lane for a resend. */
function decodeApplied(text: string): ApplyOutcome {
  const [origin = '', dirty = '', verdicts = ''] = text.split(':')
  return {
    kind: 'applied',
    origin,
    verdicts: verdicts === '' ? [] : verdicts.split(',').map(decodeVerdict),
    dirty: Number(dirty),
  }
}

function decodeVerdict(text: string): Verdict {
  const mark = Number(text.slice(1))
  switch (text.slice(0, 1)) {
    case 'a':
      return { kind: 'applied' }
    case 'd':
      return { kind: 'duplicate' }
    case 'm':
      return { kind: 'moved' }
    case 'o':
      return { kind: 'overlap', mark }
    default:
      return { kind: 'gap', mark }
  }
}

function pairsOf(numbers: readonly number[]): [number, number][] {
  return numbers.flatMap((value, index) =>
    index % 2 === 0 ? [[value, numbers[index + 1] ?? 0] as [number, number]] : [],
  )
}

/** Names of calls in schedules: the process and the place among its calls, so that a shortened schedule still finds one. */
import type { ApplyCall, ApplyOutcome, SegmentMark, Verdict } from '@weir/accumulator'
import type { Call } from '../world/call.ts'
import type { World } from '../world/world.ts'

/** Of processes that run: only those hear answers. */
export function runningCalls(world: World): Call[] {
  return world.processes.filter(({ isRunning }) => isRunning).flatMap(({ calls }) => calls)
}

export function callName(call: Call): string {
  return `${call.sender.name}:${call.sender.calls.indexOf(call)}`
}

export function findCall(world: World, name: string): Call | undefined {
  const [sender, place] = name.split(':')
  return world.processes.find((process) => process.name === sender)?.calls[Number(place)]
}

/** For people: what is asked of whom, and what came of it. */
export function describeCall({ method, args, target, outcome }: Call): string {
  const shard = typeof args[0] === 'number' ? ` shard ${args[0]}` : typeof args[0] === 'string' ? ` ${args[0]}` : ''
  const detail = method === 'apply' ? ` ${describeSegments(args[1] as ApplyCall)}` : ''
  return `${target.name} ${method}${shard}${detail}${outcome === undefined ? '' : ` -> ${describeOutcome(method, outcome)}`}`
}

function describeSegments({ segments, lane }: ApplyCall): string {
  return `[${segments.map(({ mark }) => describeMark(mark)).join(', ')}] lane ${lane.name.slice(-3)}/${lane.sequence}`
}

function describeMark(mark: SegmentMark): string {
  if (mark.kind === 'producer') return `${mark.name} ${mark.first}-${mark.last}${mark.home ? ' home' : ''}`
  return mark.kind === 'once' ? (mark.name.split(':')[0] ?? '') : 'plain'
}

function describeOutcome(method: string, outcome: NonNullable<Call['outcome']>): string {
  if (outcome.kind === 'error') return String((outcome.error as { code?: string }).code ?? outcome.error)
  if (method === 'apply') return describeApplied(outcome.value as ApplyOutcome)
  const { value } = outcome
  if (value === null || typeof value !== 'object') return String(value)
  if ('rows' in value && Array.isArray(value.rows)) {
    return `${value.rows.length} rows ${value.rows.map(({ field, row }) => `${field.split('\u0000')[0]}#${row?.updates}`).join(' ')}`
  }
  if ('marks' in value) return `marks ${JSON.stringify(Object.fromEntries(value.marks as Map<string, number>))}`
  return JSON.stringify(value)
}

function describeApplied(outcome: ApplyOutcome): string {
  if (outcome.kind !== 'applied') return outcome.kind
  return `${outcome.verdicts.map(describeVerdict).join(', ')} origin ..${outcome.origin.slice(8, 16)}`
}

function describeVerdict(verdict: Verdict): string {
  return 'mark' in verdict ? `${verdict.kind} ${verdict.mark}` : verdict.kind
}

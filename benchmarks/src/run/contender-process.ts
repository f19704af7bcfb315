/**
 * Contenders of one kind and market in a process of their own: no other kind's heap or compiled code is in their way, and the
 * ticks are in memory once.
 */
import { Session } from 'node:inspector/promises'
import { contenders } from '../contenders/all-contenders.ts'
import type { Contender } from '../contenders/contender.ts'
import { cpuSecondsOf } from '../servers/process-facts.ts'
import { type BenchTicks, benchTicks } from '../ticks/bench-ticks.ts'
import { topFunctions } from './cpu-profile.ts'
import type { FromContender, RunReport, ToContender } from './messages.ts'

const US_PER_SECOND = 1_000_000
const MS_PER_SECOND = 1000
const prepared = new Map<string, Contender>()
let ticks: BenchTicks | undefined

process.on('message', (message: ToContender) => {
  answer(message)
    .catch((error: unknown): FromContender => ({ kind: 'failed', message: textOf(error) }))
    .then((reply) => process.send?.(reply))
    .catch(() => process.exit(1))
})
// The benchmark is gone.
process.on('disconnect', () => process.exit(1))

async function answer(message: ToContender): Promise<FromContender> {
  if (message.kind === 'prepare') {
    ticks ??= benchTicks(message.market)
    const created = contenders[message.name](message.deps)
    prepared.set(message.contender, created)
    await created.prepare(ticks)
    return { kind: 'prepared' }
  }
  if (message.kind === 'close') {
    for (const contender of prepared.values()) await contender.close()
    return { kind: 'closed' }
  }
  const contender = prepared.get(message.contender)
  if (contender === undefined || ticks === undefined) throw new Error('prepare comes first')
  switch (message.kind) {
    case 'reset':
      await contender.reset()
      return { kind: 'reset' }
    case 'run':
      return message.isProfiled ? profiled(contender, message.secondsMax) : timed(contender, message.secondsMax)
    case 'counted': {
      const counted = await contender.counted()
      return { kind: 'counted', counted, expectedVolume: ticks.volumeOf(message.acknowledged) }
    }
  }
}

async function timed(running: Contender, secondsMax: number): Promise<RunReport> {
  const cpuBefore = cpuSeconds(running)
  const startedMs = performance.now()
  const acknowledged = await running.run(startedMs + secondsMax * MS_PER_SECOND)
  const seconds = (performance.now() - startedMs) / MS_PER_SECOND
  const cpuAfter = cpuSeconds(running)
  const isKnown = cpuBefore !== undefined && cpuAfter !== undefined
  return { kind: 'ran', acknowledged, seconds, cpuSeconds: isKnown ? cpuAfter - cpuBefore : undefined, profile: [] }
}

async function profiled(running: Contender, secondsMax: number): Promise<RunReport> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.start')
  const report = await timed(running, secondsMax)
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  return { ...report, profile: topFunctions(profile) }
}

/** Of the processes that a contender has started where there are any (then this one is the client), else of this one. */
function cpuSeconds(running: Contender): number | undefined {
  const pids = running.pids()
  if (pids.length === 0) {
    const { user, system } = process.cpuUsage()
    return (user + system) / US_PER_SECOND
  }
  const seconds = pids.map(cpuSecondsOf)
  return seconds.every((value) => value !== undefined) ? seconds.reduce((sum, value) => sum + value, 0) : undefined
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

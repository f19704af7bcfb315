/** How many cores are busy: before a step with others' work, which would be in every figure, or while something is measured. */
import { cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

/** Beyond this a figure says more about the neighbours than about the program. */
export const BUSY_CORES_MAX = 0.5
const WINDOW_MS = 2000

export async function measureBusyCores(windowMs = WINDOW_MS): Promise<number> {
  const busyCores = startBusyCores()
  await sleep(windowMs)
  return busyCores()
}

/** Gives what tells the busy cores, on average since the start. */
export function startBusyCores(): () => number {
  const startedMs = performance.now()
  const before = busyMs()
  return () => (busyMs() - before) / (performance.now() - startedMs)
}

function busyMs(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0)
}

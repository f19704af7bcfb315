/** How many cores are busy while this process waits: others' work, which would be in every figure. */
import { cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

/** Beyond this a figure says more about the neighbours than about the program. */
export const BUSY_CORES_MAX = 0.5
const WINDOW_MS = 2000

export async function measureBusyCores(windowMs = WINDOW_MS): Promise<number> {
  const startedMs = performance.now()
  const before = busyMs()
  await sleep(windowMs)
  return (busyMs() - before) / (performance.now() - startedMs)
}

function busyMs(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0)
}

/** Waits for something, but not for ever. */
import type { Clock } from '@weir/service'

/** Whether the promise settled, either way, within the time. */
export async function settledWithin(promise: Promise<unknown>, ms: number, clock: Clock): Promise<boolean> {
  const done = new AbortController()
  const settled = promise.then(
    () => true,
    () => true,
  )
  try {
    return await Promise.race([settled, clock.sleep(ms, done.signal).then(() => false)])
  } finally {
    done.abort()
  }
}

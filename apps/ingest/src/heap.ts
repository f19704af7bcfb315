/**
 * How V8 keeps the memory of a pod. Two of these sizes are read when the process begins, so it begins once more with them: it
 * stays the same process to whoever started it. docs/decisions/0017-heap-of-a-pod.md has the figures.
 */

const SIZE = '--max-semi-space-size'

export const HEAP_FLAGS = [
  // Large enough from the start that a request is answered before it was copied twice; small enough for a pod of 200 MB.
  `${SIZE}=8`,
  '--min-semi-space-size=8',
  // What lives as long as a request is in flight looks long-lived to V8, which would make it in the old generation: up to
  // 8 MB a second there, and all of that to be marked again and again.
  '--no-allocation-site-pretenuring',
  // The old generation grows by half between two collections: little gets there, so there is no hurry, and it shall stay small.
  '--heap-growing-percent=50',
] as const

/** Does not return where it starts again. Where the command line sets a size of the young generation, that stands. */
export function restartWithHeap(): void {
  if (process.execArgv.some((option) => option.startsWith(SIZE)) || process.platform === 'win32') return
  process.execve?.(process.execPath, [process.execPath, ...HEAP_FLAGS, ...process.execArgv, ...process.argv.slice(1)])
}

/** Lets the real code run until every promise of it waits for the network, a timer or a client. */

/** All microtasks run before the next turn of the event loop, and the real code uses nothing else: no timers, no I/O. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

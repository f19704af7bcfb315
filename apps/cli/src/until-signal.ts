/** Turns Ctrl-C and SIGTERM into an AbortSignal, so that a command can end what it has in hand; the second one ends at once. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const EXIT_CODE_HURRIED = 1

let controller: AbortController | undefined

export function untilSignal(): AbortSignal {
  if (controller !== undefined) return controller.signal
  const stopping = new AbortController()
  controller = stopping
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (stopping.signal.aborted) process.exit(EXIT_CODE_HURRIED)
      stopping.abort(name)
    })
  }
  return stopping.signal
}

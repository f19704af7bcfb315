/** A failed assert is a bug in Weir, never an outside fault: those are typed errors or discriminated unions. */
export function assert(condition: unknown, message: string | (() => string)): asserts condition {
  if (!condition) throw new Error(`bug: ${typeof message === 'string' ? message : message()}`)
}

export function unreachable(value: never): never {
  throw new Error(`bug: unexpected value ${String(value)}`)
}

/** Thrown on a definition of an accumulator that cannot work. The message says which, what of it, and what would. */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError'
  readonly code = 'WEIR_DEFINITION_INVALID'
}

export function demand(condition: unknown, message: string): asserts condition {
  if (condition !== true) throw new DefinitionError(message)
}

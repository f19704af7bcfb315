/** Randomness as an argument: tests and the simulation pass a seeded one. */
import { randomBytes } from 'node:crypto'

export interface Random {
  /** That many random bytes, as hex. */
  hex(bytes: number): string
  /** Uniform in [0, 1). */
  fraction(): number
}

export const systemRandom: Random = {
  hex: (bytes) => randomBytes(bytes).toString('hex'),
  fraction: () => Math.random(),
}

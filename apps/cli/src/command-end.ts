/** Thrown by a command that has said all there is to say, where the result itself is a failure, as a gap found. */
import type { ExitCode } from './exit-code.ts'

export class CommandEnd extends Error {
  override readonly name = 'CommandEnd'
  readonly exitCode: ExitCode

  constructor(exitCode: ExitCode) {
    super(`exit code ${exitCode}`)
    this.exitCode = exitCode
  }
}

/** Logs: one JSON object a line on stdout (or a line for people), without secrets whatever was logged. */
import { type DestinationStream, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino'
import { prettyLine } from './pretty-line.ts'
import { redactSecrets } from './redact-secrets.ts'

export type Logger = PinoLogger

export interface LoggerOptions {
  /** Which program or part speaks. */
  readonly name: string
  /** A level of pino, or `silent`. */
  readonly level: string
  /** Lines for people instead of JSON. */
  readonly pretty?: boolean
  /** Where lines go instead of stdout. */
  readonly destination?: DestinationStream
}

export function createLogger({ name, level, pretty = false, destination }: LoggerOptions): Logger {
  return pino(
    {
      level,
      // Without pid and host name, which say little in a container; a collector adds its own.
      base: { name },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: (line) => (pretty ? prettyLine(redactSecrets(line)) : redactSecrets(line)) },
    },
    // Synchronous: lines written just before an exit are not lost, and there is no line a tick.
    destination ?? pino.destination({ dest: 1, sync: true }),
  )
}

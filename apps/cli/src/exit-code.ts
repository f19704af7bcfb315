/** The exit codes of `weir`, and which failure is which. Documented in the help of the program. */
import { StoreError } from '@weir/accumulator'
import { ConfigError } from '@weir/service'
import { SyncError } from '@weir/sync'
import { CliError, type CliErrorCode } from './cli-error.ts'

export const EXIT_CODES = {
  ok: 0,
  failed: 1,
  usage: 2,
  /** A server cannot be reached: sysexits.h calls it EX_UNAVAILABLE. */
  unreachable: 69,
  /** By Ctrl-C, as shells count it. */
  interrupted: 130,
} as const

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES]

const CLI_EXIT_CODES: Readonly<Partial<Record<CliErrorCode, ExitCode>>> = {
  WEIR_CLI_USAGE: EXIT_CODES.usage,
  WEIR_CLI_UNREACHABLE: EXIT_CODES.unreachable,
  WEIR_CLI_INTERRUPTED: EXIT_CODES.interrupted,
}

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof ConfigError) return EXIT_CODES.usage
  if (error instanceof StoreError && error.code === 'WEIR_STORE_UNREACHABLE') return EXIT_CODES.unreachable
  if (error instanceof SyncError && error.code === 'WEIR_QUEUE_UNREACHABLE') return EXIT_CODES.unreachable
  return (error instanceof CliError ? CLI_EXIT_CODES[error.code] : undefined) ?? EXIT_CODES.failed
}

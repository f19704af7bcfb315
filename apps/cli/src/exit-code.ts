/** The exit codes of `weir`, and which failure is which. Documented in the help of the program. */
import { StoreError } from '@weir/accumulator'
import { ConfigError } from '@weir/service'
import { SyncError } from '@weir/sync'
import { CliError } from './cli-error.ts'

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

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof ConfigError) return EXIT_CODES.usage
  if (error instanceof StoreError) {
    return error.code === 'WEIR_STORE_UNREACHABLE' ? EXIT_CODES.unreachable : EXIT_CODES.failed
  }
  if (error instanceof SyncError && error.code === 'WEIR_QUEUE_UNREACHABLE') return EXIT_CODES.unreachable
  if (!(error instanceof CliError)) return EXIT_CODES.failed
  switch (error.code) {
    case 'WEIR_CLI_USAGE':
      return EXIT_CODES.usage
    case 'WEIR_CLI_UNREACHABLE':
      return EXIT_CODES.unreachable
    case 'WEIR_CLI_INTERRUPTED':
      return EXIT_CODES.interrupted
    default:
      return EXIT_CODES.failed
  }
}

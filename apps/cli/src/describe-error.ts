/** What a failed command says. The user's and the world's faults have a message and no stack; a bug shows its stack. */
import { StoreError } from '@weir/accumulator'
import { ServerError } from '@weir/servers'
import { ConfigError, ListenError } from '@weir/service'
import { SyncError } from '@weir/sync'
import { CliError } from './cli-error.ts'

const EXPECTED = [CliError, StoreError, ConfigError, ListenError, ServerError, SyncError]

export function describeError(error: unknown): string {
  if (EXPECTED.some((kind) => error instanceof kind)) return `weir: ${(error as Error).message}`
  if (!(error instanceof Error)) return `weir: ${String(error)}`
  return `weir: unexpected: ${error.stack ?? error.message}`
}

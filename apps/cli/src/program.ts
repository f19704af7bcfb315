/** The commands of `weir`, how their line is read, and how their failures are told. */

import { redactSecrets } from '@weir/service'
import { Command, CommanderError } from 'commander'
import type { CliContext } from './cli-context.ts'
import { CommandEnd } from './command-end.ts'
import { addCompact } from './commands/compact.ts'
import { addGenerate } from './commands/generate.ts'
import { addInspect } from './commands/inspect.ts'
import { addMigrate } from './commands/migrate.ts'
import { addQuarantine } from './commands/quarantine.ts'
import { addReplay } from './commands/replay.ts'
import { addStatus } from './commands/status.ts'
import { addSync } from './commands/sync.ts'
import { addUp } from './commands/up.ts'
import { addVerify } from './commands/verify.ts'
import { describeError } from './describe-error.ts'
import { EXIT_CODES, type ExitCode, exitCodeOf } from './exit-code.ts'

const VERSION = '0.1.0'

const EXAMPLES = `Examples:
  weir up --demo             Redis, PostgreSQL, ingest and sync in one go, fed with a synthetic market
  weir replay day.csv.gz     send a file of ticks, exactly once
  weir inspect SPY           one symbol, in Redis and in PostgreSQL
  weir sync && weir verify   write everything now, then prove that nothing is missing
`

const EXIT_CODE_HELP = `
Exit codes: 0 done, 1 failed (or a gap found), 2 wrong usage, 69 a server cannot be reached, 130 interrupted.
REDIS_URL and DATABASE_URL name the servers; without them, those of a running \`weir up\` in this directory are used.`

const COMMANDS = [
  addUp,
  addReplay,
  addSync,
  addStatus,
  addVerify,
  addInspect,
  addQuarantine,
  addCompact,
  addMigrate,
  addGenerate,
]

/** Runs one command line to its end; never throws. */
export async function runProgram(argumentList: readonly string[], context: CliContext): Promise<ExitCode> {
  try {
    await createProgram(context).parseAsync([...argumentList], { from: 'user' })
    return EXIT_CODES.ok
  } catch (error) {
    if (error instanceof CommandEnd) return error.exitCode
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage
    context.stderr.write(`${redactSecrets(describeError(error))}\n`)
    return exitCodeOf(error)
  }
}

function createProgram(context: CliContext): Command {
  const program = new Command('weir')
    .description(
      'Counts fast event streams in Redis and lands them in PostgreSQL, without losing or doubling one event.',
    )
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
      outputError: (text, write) => write(`weir: ${text.replace(/^error: /, '')}`),
    })
    .showHelpAfterError('Try --help for examples.')
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', EXIT_CODE_HELP)
  for (const add of COMMANDS) add(program, context)
  return program
}

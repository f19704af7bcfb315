/** `weir quarantine`: the rows that PostgreSQL refuses for what they hold, and another try of them. */
import type { Command } from 'commander'
import { type CliContext, outputOf } from '../cli-context.ts'
import { CommandEnd } from '../command-end.ts'
import { readLayout, requireAccumulator, storeEnvironment } from '../config.ts'
import { openRedis } from '../connect-stores.ts'
import { EXIT_CODES } from '../exit-code.ts'
import { type DataDirOption, type JsonOption, SERVERS_OF, wholeNumber, withDataDir, withJson } from '../options.ts'
import { quarantineText, retryText } from '../quarantine/quarantine-text.ts'
import { entryName, type QuarantineFilter, readQuarantined } from '../quarantine/read-quarantined.ts'
import { syncNow, TIMEOUT_DEFAULT_SECONDS, TIMEOUT_MAX_SECONDS } from '../sync-now.ts'

interface QuarantineOptions extends JsonOption, DataDirOption, QuarantineFilter {}

interface RetryOptions extends QuarantineOptions {
  readonly timeout: number
}

const EXAMPLES = `Examples:
  weir quarantine list
  weir quarantine retry                all of them, now
  weir quarantine retry --symbol SPY
`

const EXPLANATION = `
A row that PostgreSQL refuses, as by a check constraint, a trigger or a value out of range, does not hold up the others: it is
set apart, stays in Redis with its ticks, and is tried again after 1, 2, 4 … minutes, at least once an hour.`

export function addQuarantine(program: Command, context: CliContext): void {
  const quarantine = program
    .command('quarantine')
    .description('Shows the rows that PostgreSQL refuses, and has them tried again.')
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', EXPLANATION)
  const list = withFilter(quarantine.command('list').description('Shows each row with why PostgreSQL refuses it.'))
  withDataDir(withJson(list), context.cwd, SERVERS_OF)
  list.action((options: QuarantineOptions) => listRows(options, context))
  const retry = withFilter(
    quarantine
      .command('retry')
      .description('Has the sync worker try them again now. Exit code 1 where some are refused again.')
      .option(
        '--timeout <seconds>',
        'give up when nothing is heard of the sync for so long',
        wholeNumber(1, TIMEOUT_MAX_SECONDS),
        TIMEOUT_DEFAULT_SECONDS,
      ),
  )
  withDataDir(withJson(retry), context.cwd, SERVERS_OF)
  retry.action((options: RetryOptions) => retryRows(options, context))
}

function withFilter(command: Command): Command {
  return command
    .option('--accumulator <name>', 'only of this accumulator')
    .option('--symbol <symbol>', 'only of this symbol')
}

async function listRows(options: QuarantineOptions, context: CliContext): Promise<void> {
  const output = outputOf(context, options)
  const env = await storeEnvironment(context.env, options.dataDir, ['REDIS_URL'])
  const layout = await readLayout(env)
  requireAccumulator(layout, options.accumulator)
  await using redis = await openRedis(env, layout)
  const rows = await readQuarantined(redis.hot, layout, options)
  output.result({ rows }, () => quarantineText(rows))
}

async function retryRows(options: RetryOptions, context: CliContext): Promise<void> {
  const output = outputOf(context, options)
  const signal = context.untilSignal()
  const env = await storeEnvironment(context.env, options.dataDir, ['REDIS_URL'])
  const layout = await readLayout(env)
  requireAccumulator(layout, options.accumulator)
  await using redis = await openRedis(env, layout)
  const before = await readQuarantined(redis.hot, layout, options)
  if (before.length === 0) return output.result({ written: 0, refused: [] }, () => quarantineText([]))
  const { accumulator, symbol, timeout: timeoutSeconds } = options
  await syncNow({ accumulator, symbol, timeoutSeconds }, { env, output, clock: context.clock, signal })
  const tried = new Set(before.map(entryName))
  const refused = (await readQuarantined(redis.hot, layout, options)).filter((entry) => tried.has(entryName(entry)))
  const written = before.length - refused.length
  output.result({ written, refused }, () => retryText(written, refused))
  if (refused.length > 0) throw new CommandEnd(EXIT_CODES.failed)
}

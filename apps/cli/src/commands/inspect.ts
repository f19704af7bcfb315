/** `weir inspect`: one symbol, in Redis and in PostgreSQL. Rows in Redis are packed bytes; this is how to read them. */

import { checkLayout } from '@weir/postgres'
import type { Command } from 'commander'
import { type CliContext, outputOf } from '../cli-context.ts'
import { CliError } from '../cli-error.ts'
import { readLayout, storeEnvironment } from '../config.ts'
import { coldStoreOf, openPostgres, openRedis } from '../connect-stores.ts'
import { inspectKey } from '../inspect/inspect-symbol.ts'
import { inspectText } from '../inspect/inspect-text.ts'
import { type DataDirOption, type JsonOption, SERVERS_OF, withDataDir, withJson } from '../options.ts'

interface InspectOptions extends JsonOption, DataDirOption {
  readonly period?: string
}

const EXAMPLES = `Examples:
  weir inspect SPY
  weir inspect SPY --period 2013-10-07 --json
  weir inspect en /home
`

export function addInspect(program: Command, context: CliContext): void {
  const command = program
    .command('inspect')
    .description('Shows the row of a symbol, or of another key, in Redis and in PostgreSQL, side by side.')
    .argument('<key...>', 'a symbol as it was sent, or each column of a longer key')
    .option('--period <period>', 'a day (2013-10-07) or the start of a window (default: the newest with this symbol)')
    .addHelpText('before', EXAMPLES)
  withDataDir(withJson(command), context.cwd, SERVERS_OF)
  command.action((columns: string[], options: InspectOptions) => inspect(columns, options, context))
}

async function inspect(columns: readonly string[], options: InspectOptions, context: CliContext): Promise<void> {
  const output = outputOf(context, options)
  if (options.period !== undefined && Number.isNaN(Date.parse(options.period))) {
    throw new CliError(
      'WEIR_CLI_USAGE',
      `--period ${JSON.stringify(options.period)} is no day or time; write 2013-10-07.`,
    )
  }
  const env = await storeEnvironment(context.env, options.dataDir, ['REDIS_URL', 'DATABASE_URL'])
  const layout = await readLayout(env)
  await using redis = await openRedis(env, layout)
  await using postgres = openPostgres(env)
  await checkLayout(postgres.db, layout)
  const rows = await inspectKey(
    { hot: redis.hot, cold: coldStoreOf(postgres, layout), layout },
    columns,
    options.period,
  )
  const symbol = columns.join(' ')
  if (rows.length === 0) {
    const where = options.period === undefined ? '' : ` in ${options.period}`
    throw new CliError(
      'WEIR_CLI_NOT_FOUND',
      `neither Redis nor PostgreSQL has a row of ${JSON.stringify(symbol)}${where}.`,
    )
  }
  output.result({ symbol, rows }, () => inspectText(rows, output.style))
}

/** `weir verify`: proves on a live system that every accepted tick is in PostgreSQL or waits in Redis. */

import { checkLayout } from '@weir/postgres'
import type { Command } from 'commander'
import { type CliContext, outputOf } from '../cli-context.ts'
import { CommandEnd } from '../command-end.ts'
import { readLayout, storeEnvironment } from '../config.ts'
import { coldStoreOf, openPostgres, openRedis } from '../connect-stores.ts'
import { EXIT_CODES } from '../exit-code.ts'
import { type DataDirOption, type JsonOption, SERVERS_OF, withDataDir, withJson } from '../options.ts'
import { reportText } from '../verify/report-text.ts'
import { verify } from '../verify/verify.ts'

const EXAMPLES = `Examples:
  weir verify                   a table, and a line for each gap; exit code 1 where there is one
  weir verify --json | jq .gaps
`

const EXPLANATION = `
Accepted ticks are counted by request, apart from the rows. For each accumulator, period and shard they must be those that the
rows of Redis and PostgreSQL hold together; and each row of Redis must agree with its row of PostgreSQL, field by field. May be
run at any time: what moves while it is read is read again.`

export function addVerify(program: Command, context: CliContext): void {
  const command = program
    .command('verify')
    .description('Proves that every accepted tick is in PostgreSQL or waits in Redis, row by row.')
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', EXPLANATION)
  withDataDir(withJson(command), context.cwd, SERVERS_OF)
  command.action((options: JsonOption & DataDirOption) => runVerify(options, context))
}

async function runVerify(options: JsonOption & DataDirOption, context: CliContext): Promise<void> {
  const output = outputOf(context, options)
  const env = await storeEnvironment(context.env, options.dataDir, ['REDIS_URL', 'DATABASE_URL'])
  const layout = await readLayout(env)
  await using redis = await openRedis(env, layout)
  await using postgres = openPostgres(env)
  await checkLayout(postgres.db, layout)
  const report = await verify({
    hot: redis.hot,
    cold: coldStoreOf(postgres, layout),
    layout,
    sleep: (ms) => context.clock.sleep(ms),
    onShard: (accumulator, shard) => output.progress(`${accumulator}: shard ${shard + 1} of ${layout.shards}`),
  })
  output.result({ ok: report.gapsTotal === 0, ...report }, () => reportText(report, output.style))
  if (report.gapsTotal > 0) throw new CommandEnd(EXIT_CODES.failed)
}

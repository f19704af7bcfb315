/** `weir migrate`: makes or amends the tables in PostgreSQL. */

import { migrate } from '@weir/postgres'
import type { Command } from 'commander'
import { type CliContext, outputOf } from '../cli-context.ts'
import { readLayout, storeEnvironment } from '../config.ts'
import { openPostgres } from '../connect-stores.ts'
import { type DataDirOption, type JsonOption, SERVERS_OF, withDataDir, withJson } from '../options.ts'

const EXAMPLES = `Examples:
  DATABASE_URL=postgres://weir@db/weir weir migrate
`

export function addMigrate(program: Command, context: CliContext): void {
  const command = program
    .command('migrate')
    .description('Makes the tables and views in PostgreSQL, or brings them up to date. May be run again at any time.')
    .addHelpText('before', EXAMPLES)
  withDataDir(withJson(command), context.cwd, SERVERS_OF)
  command.action((options: JsonOption & DataDirOption) => runMigrations(options, context))
}

async function runMigrations(options: JsonOption & DataDirOption, context: CliContext): Promise<void> {
  const output = outputOf(context, options)
  const env = await storeEnvironment(context.env, options.dataDir, ['DATABASE_URL'])
  const layout = await readLayout(env)
  await using postgres = openPostgres(env)
  const applied = await migrate(postgres.db, layout)
  output.result({ applied }, () =>
    applied.length === 0
      ? 'Nothing to do: the database is up to date.'
      : ['Applied:', ...applied.map((name) => `  ${name}`)].join('\n'),
  )
}

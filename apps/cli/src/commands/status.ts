/** `weir status`: what is in Redis, what waits, when it was last synced. Tells what it can where a server is down. */

import type { Layout } from '@weir/accumulator'
import { type Environment, parseSettings, redactSecrets } from '@weir/service'
import type { Command } from 'commander'
import { type CliContext, outputOf } from '../cli-context.ts'
import { CommandEnd } from '../command-end.ts'
import { readLayout, storeEnvironment } from '../config.ts'
import { openPostgres, openRedis } from '../connect-stores.ts'
import { EXIT_CODES, exitCodeOf } from '../exit-code.ts'
import { type DataDirOption, type JsonOption, SERVERS_OF, withDataDir, withJson } from '../options.ts'
import { readRunFile } from '../run-file.ts'
import { type PostgresStatus, readPostgresStatus } from '../status/read-postgres-status.ts'
import { type RedisStatus, readRedisStatus } from '../status/read-redis-status.ts'
import { readWorkerStatus } from '../status/read-worker-status.ts'
import { type Section, statusText } from '../status/status-text.ts'

const EXAMPLES = `Examples:
  weir status
  weir status --json | jq .redis.accumulators
`

export function addStatus(program: Command, context: CliContext): void {
  const command = program
    .command('status')
    .description('Shows what is in Redis, what waits for the next sync, and what is in PostgreSQL.')
    .addHelpText('before', EXAMPLES)
  withDataDir(withJson(command), context.cwd, SERVERS_OF)
  command.action((options: JsonOption & DataDirOption) => status(options, context))
}

async function status(options: JsonOption & DataDirOption, context: CliContext): Promise<void> {
  const output = outputOf(context, options)
  const env = await storeEnvironment(context.env, options.dataDir, ['REDIS_URL', 'DATABASE_URL'])
  const layout = await readLayout(env)
  const runFile = await readRunFile(options.dataDir)
  const [redis, postgres, worker] = await Promise.all([
    section(() => redisStatus(env, layout)),
    section(() => postgresStatus(env, layout)),
    readWorkerStatus(runFile?.dashboard, context.env.WEIR_TOKEN, AbortSignal.timeout(5000)),
  ])
  const value = {
    redis: jsonOf(redis),
    postgres: jsonOf(postgres),
    worker,
    ingest: runFile?.ingest,
    dashboard: runFile?.dashboard,
  }
  output.result(value, () => statusText({ redis, postgres, worker, nowMs: context.clock.nowMs() }))
  const codes = [redis, postgres].flatMap((part) => (part.kind === 'fault' ? [exitCodeOf(part.error)] : []))
  const worst = codes.includes(EXIT_CODES.unreachable) ? EXIT_CODES.unreachable : codes[0]
  if (worst !== undefined) throw new CommandEnd(worst)
}

async function redisStatus(env: Environment, layout: Layout): Promise<RedisStatus> {
  await using redis = await openRedis(env, layout)
  const { REDIS_KEY_PREFIX } = parseSettings(['REDIS_KEY_PREFIX'], env)
  return await readRedisStatus(redis, REDIS_KEY_PREFIX, layout)
}

async function postgresStatus(env: Environment, layout: Layout): Promise<PostgresStatus> {
  await using postgres = openPostgres(env)
  return await readPostgresStatus(postgres.db, layout)
}

/** What one server tells, or why it tells nothing: the other is told all the same. */
async function section<Value>(read: () => Promise<Value>): Promise<Section<Value>> {
  try {
    return { kind: 'known', value: await read() }
  } catch (error) {
    return { kind: 'fault', error, message: redactSecrets(error instanceof Error ? error.message : String(error)) }
  }
}

function jsonOf<Value>(part: Section<Value>): Value | { error: string } {
  return part.kind === 'known' ? part.value : { error: part.message }
}

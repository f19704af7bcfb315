/** `weir sync`: has a sync worker write everything that is dirty now, and waits for it. */

import type { HotStore, Layout } from '@weir/accumulator'
import type { Environment } from '@weir/service'
import type { Command } from 'commander'
import { type CliContext, outputOf } from '../cli-context.ts'
import { CliError } from '../cli-error.ts'
import { readLayout, requireAccumulator, storeEnvironment } from '../config.ts'
import { openRedis } from '../connect-stores.ts'
import { countOf, countText, durationText, roundSeconds } from '../format/counts.ts'
import { type DataDirOption, type JsonOption, SERVERS_OF, wholeNumber, withDataDir, withJson } from '../options.ts'
import type { Output } from '../output.ts'
import { syncNow, TIMEOUT_DEFAULT_SECONDS, TIMEOUT_MAX_SECONDS } from '../sync-now.ts'

interface SyncOptions extends JsonOption, DataDirOption {
  readonly accumulator?: string
  readonly symbol?: string
  readonly all?: boolean
  readonly timeout: number
}

const EXAMPLES = `Examples:
  weir sync                 write what is dirty, now
  weir sync --symbol SPY    only what SPY has dirty
  weir sync --all           write every row of Redis again: PostgreSQL was restored from a backup
`

export function addSync(program: Command, context: CliContext): void {
  const command = program
    .command('sync')
    .description('Has the sync worker write dirty rows to PostgreSQL now, and waits until they are there.')
    .option('--accumulator <name>', 'only this accumulator')
    .option('--symbol <symbol>', 'only this symbol')
    .option('--all', 'mark every row in Redis dirty first')
    .option(
      '--timeout <seconds>',
      'give up when nothing is heard of the sync for so long',
      wholeNumber(1, TIMEOUT_MAX_SECONDS),
      TIMEOUT_DEFAULT_SECONDS,
    )
    .addHelpText('before', EXAMPLES)
  withDataDir(withJson(command), context.cwd, SERVERS_OF)
  command.action((options: SyncOptions) => sync(options, context))
}

async function sync(options: SyncOptions, context: CliContext): Promise<void> {
  const { clock } = context
  const output = outputOf(context, options)
  const signal = context.untilSignal()
  const startedMs = clock.monotonicMs()
  const env = await storeEnvironment(context.env, options.dataDir, ['REDIS_URL'])
  const layout = await readLayout(env)
  requireAccumulator(layout, options.accumulator)
  if (options.all === true) await markAllDirty(env, layout, options, output)
  const { accumulator, symbol, timeout: timeoutSeconds } = options
  const request = { accumulator, symbol, timeoutSeconds }
  const { rows, rounds, quarantined } = await syncNow(request, { env, output, clock, signal })
  const seconds = roundSeconds(clock.monotonicMs() - startedMs)
  output.result(
    { rows, rounds, quarantined, seconds },
    () =>
      `${countOf(rows, 'row')} written in ${countOf(rounds, 'round')}, ${durationText(seconds)}${refusedText(quarantined)}`,
  )
}

function refusedText(quarantined: number): string {
  if (quarantined === 0) return ''
  return `; PostgreSQL refuses ${countOf(quarantined, 'row')}, which ${quarantined === 1 ? 'is' : 'are'} in quarantine: weir quarantine list`
}

async function markAllDirty(env: Environment, layout: Layout, options: SyncOptions, output: Output): Promise<void> {
  if (options.symbol !== undefined)
    throw new CliError('WEIR_CLI_USAGE', '--all is about every symbol; leave --symbol away.')
  await using redis = await openRedis(env, layout)
  const names = layout.accumulators.map(({ name }) => name)
  let rows = 0
  for (let shard = 0; shard < layout.shards; shard++) {
    rows += await markShardDirty(redis.hot, shard, options.accumulator === undefined ? names : [options.accumulator])
    output.progress(`marking dirty: ${countOf(shard + 1, 'shard')} of ${layout.shards}, ${countOf(rows, 'row')}`)
  }
  output.message(`${countText(rows)} rows are marked dirty`)
}

async function markShardDirty(hot: HotStore, shard: number, accumulators: readonly string[]): Promise<number> {
  const { periods } = await hot.readCoverage(shard)
  // A period has a record of its present history and one for each set aside, and is marked as a whole.
  const places = new Map(
    periods.map(({ accumulator, period }) => [`${accumulator}:${period}`, { accumulator, period }]),
  )
  let rows = 0
  for (const { accumulator, period } of places.values()) {
    if (accumulators.includes(accumulator)) rows += await hot.markDirty(shard, accumulator, period)
  }
  return rows
}

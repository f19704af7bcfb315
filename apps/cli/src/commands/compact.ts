/** `weir compact`: compacts the parts of closed periods into one row a key. */
import { checkLayout } from '@weir/postgres'
import { parseSettings } from '@weir/service'
import type { Command } from 'commander'
import { type CliContext, outputOf } from '../cli-context.ts'
import { CliError } from '../cli-error.ts'
import { type CompactReport, compactAccumulator } from '../compact/compact-accumulator.ts'
import { compactText } from '../compact/compact-text.ts'
import { readLayout, requireAccumulator, storeEnvironment } from '../config.ts'
import { coldStoreOf, openPostgres, openRedis } from '../connect-stores.ts'
import { countOf } from '../format/counts.ts'
import { type DataDirOption, type JsonOption, SERVERS_OF, withDataDir, withJson } from '../options.ts'

interface CompactOptions extends JsonOption, DataDirOption {
  readonly accumulator?: string
  readonly before?: string
  readonly dryRun?: boolean
}

const EXAMPLES = `Examples:
  weir compact --dry-run               what there is to compact
  weir compact                         every closed period of every accumulator
  weir compact --accumulator market --before 2024-05-01
`

const EXPLANATION = `
A row has a part for each Redis history that fed it, and a market window one for each shard. The view adds them up. Of a period
that is over, untouched for PERIOD_IDLE_SECONDS and dropped by Redis, they can be one: the view shows the same, \`weir verify\`
holds, and a late tick still amends it. Each period is a transaction; syncs wait for it a moment. May be run at any time.`

const DAY = /^\d{4}-\d{2}-\d{2}$/

export function addCompact(program: Command, context: CliContext): void {
  const command = program
    .command('compact')
    .description('Compacts the parts of closed periods into one row a key, and shows what that saved.')
    .option('--accumulator <name>', 'only this accumulator')
    .option('--before <date>', 'only periods that ended before this day (2024-05-01; of windows, in UTC)')
    .option('--dry-run', 'only tell what there is to compact')
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', EXPLANATION)
  withDataDir(withJson(command), context.cwd, SERVERS_OF)
  command.action((options: CompactOptions) => compact(options, context))
}

async function compact(options: CompactOptions, context: CliContext): Promise<void> {
  const output = outputOf(context, options)
  const signal = context.untilSignal()
  const beforeDay = readDay(options.before)
  const isDryRun = options.dryRun === true
  const env = await storeEnvironment(context.env, options.dataDir, ['REDIS_URL', 'DATABASE_URL'])
  const layout = await readLayout(env)
  requireAccumulator(layout, options.accumulator)
  const { PERIOD_IDLE_SECONDS: idleSeconds } = parseSettings(['PERIOD_IDLE_SECONDS'], env)
  await using redis = await openRedis(env, layout)
  await using postgres = openPostgres(env)
  await checkLayout(postgres.db, layout)
  const deps = {
    hot: redis.hot,
    cold: coldStoreOf(postgres, layout),
    layout,
    clock: context.clock,
    idleSeconds,
    signal,
    onProgress: ({ accumulator, periods, partsBefore, partsAfter }: CompactReport) =>
      output.progress(`${accumulator}: ${countOf(periods, 'period')}, ${partsBefore} parts to ${partsAfter}`),
  }
  const reports: CompactReport[] = []
  try {
    for (const accumulator of layout.accumulators) {
      if (options.accumulator !== undefined && options.accumulator !== accumulator.name) continue
      const beforeMs = beforeDay === undefined ? undefined : startOfDayMs(accumulator, beforeDay)
      reports.push(await compactAccumulator(deps, accumulator, { beforeMs, isDryRun }))
    }
  } catch (error) {
    if (!signal.aborted) throw error
    throw new CliError('WEIR_CLI_INTERRUPTED', 'Interrupted. What was compacted stays so.', { cause: error })
  }
  output.result({ dryRun: isDryRun, accumulators: reports }, () => compactText(reports, isDryRun))
}

/** The number of the day since 1970-01-01. */
function readDay(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const day = DAY.test(text) ? Date.parse(text) / 86_400_000 : Number.NaN
  if (Number.isInteger(day)) return day
  throw new CliError('WEIR_CLI_USAGE', `--before ${JSON.stringify(text)} is no day; write 2024-05-01.`)
}

/** Of days in a time zone, the end of the day before. */
function startOfDayMs({ period, clock }: Parameters<typeof compactAccumulator>[1], day: number): number {
  return period.kind === 'day' ? clock.endUs(day - 1) / 1000 : day * 86_400_000
}

/** `weir up`: Redis, PostgreSQL, ingest, sync and dashboard in one go. */
import { resolve } from 'node:path'
import { parseSettings, redactSecrets } from '@weir/service'
import type { Command } from 'commander'
import { type CliContext, outputOf } from '../cli-context.ts'
import { CliError } from '../cli-error.ts'
import { describeError } from '../describe-error.ts'
import { collected, type DataDirOption, type JsonOption, wholeNumber, withDataDir, withJson } from '../options.ts'
import type { Output } from '../output.ts'
import { createIngestClient } from '../replay/ingest-client.ts'
import { inspectWithProgress } from '../replay/replay-report.ts'
import type { TickFile } from '../replay/tick-file.ts'
import { feedDemo } from '../up/demo-feed.ts'
import { showLiveSummary } from '../up/live-summary.ts'
import { readyText } from '../up/ready-text.ts'
import { feedFiles } from '../up/replay-feed.ts'
import { type RunningWeir, startWeir } from '../up/start-weir.ts'

interface UpCommandOptions extends JsonOption, DataDirOption {
  readonly port?: number
  readonly demo?: boolean
  readonly replay?: readonly string[]
}

const EXAMPLES = `Examples:
  weir up                        ready for ticks on http://127.0.0.1:8080/v1/ticks
  weir up --demo                 and fed with a synthetic market
  weir up --replay day.csv.gz    and fed with that file, once
  REDIS_URL=redis://cache DATABASE_URL=postgres://db/weir weir up
`

const PORT_MAX = 65_534
/** The feed outlives any restart of a server: it ends with the process. */
const FEED_PATIENCE_MS = 7 * 86_400_000

export function addUp(program: Command, context: CliContext): void {
  const command = program
    .command('up')
    .description(
      'Starts everything here: embedded Redis and PostgreSQL (unless REDIS_URL, DATABASE_URL are set), ingest, sync, dashboard.',
    )
    .option(
      '--port <n>',
      'the port of ingest; the dashboard gets the next one; 0: free ones (default: INGEST_PORT or 8080)',
      wholeNumber(0, PORT_MAX),
    )
    .option('--demo', 'feed a synthetic market, some thousand ticks a second, until stopped')
    .option('--replay <file>', 'replay this file (CSV, gzip or not), then keep running; may be repeated', collected)
    .addHelpText('before', EXAMPLES)
  withDataDir(withJson(command), context.cwd, 'where the embedded servers keep their data')
  command.action((options: UpCommandOptions) => up(options, context))
}

async function up(options: UpCommandOptions, context: CliContext): Promise<void> {
  const output = outputOf(context, options)
  const signal = context.untilSignal()
  const files: TickFile[] = []
  // A file that is missing or cut is told before anything is started.
  for (const file of options.replay ?? []) files.push(await inspectWithProgress(resolve(context.cwd, file), output))
  const held = new AsyncDisposableStack()
  try {
    const weir = await startWeir({ dataDir: options.dataDir, port: options.port }, context, output, held)
    announce(weir, options, context, output)
    await runUntilStopped(weir, files, options, context, output)
  } catch (error) {
    // Whoever stops it has what he wants, whatever was cut off by that.
    if (!isInterruption(error)) throw error
  } finally {
    if (signal.aborted) output.message('stopping: the last sync, then the servers; Ctrl-C again to leave at once')
    // What failed before is what counts; what cannot be stopped is said beside it.
    await held.disposeAsync().catch((error: unknown) => output.message(redactSecrets(describeError(error))))
    output.endProgress()
  }
}

function isInterruption(error: unknown): boolean {
  return error instanceof CliError && error.code === 'WEIR_CLI_INTERRUPTED'
}

function announce(weir: RunningWeir, options: UpCommandOptions, { cwd }: CliContext, output: Output): void {
  const { ingest, dashboard, redis, postgres } = weir
  // A URL of our own servers is made here and needed by who reads this; one that was given is known already.
  const shown = ({ url, isEmbedded }: RunningWeir['redis']) => (isEmbedded ? url : redactSecrets(url))
  const ready = { event: 'ready', ingest, dashboard, redis: shown(redis), postgres: shown(postgres) }
  output.result(ready, () =>
    readyText({ ...weir, dataDir: options.dataDir, cwd, isDemo: options.demo === true }, output.style),
  )
}

/** Feeds and shows what there is to show until a signal comes, or until a feed is refused. */
async function runUntilStopped(
  weir: RunningWeir,
  files: readonly TickFile[],
  options: UpCommandOptions,
  context: CliContext,
  output: Output,
): Promise<void> {
  const { clock, random } = context
  const ended = new AbortController()
  const signal = AbortSignal.any([context.untilSignal(), ended.signal])
  const tokens = parseSettings(['WEIR_TOKENS'], context.env).WEIR_TOKENS
  const tokenOf = (...roles: string[]) => tokens.find(({ role }) => roles.includes(role))?.token
  const client = createIngestClient({
    url: weir.ingest,
    token: context.env.WEIR_TOKEN ?? tokenOf('ingest'),
    clock,
    random,
    signal,
    patienceMs: FEED_PATIENCE_MS,
    onWait: (reason) => output.progress(`${reason}; trying again`),
  })
  const stopped = new Promise<void>((resolveStopped) =>
    signal.addEventListener('abort', () => resolveStopped(), { once: true }),
  )
  const summary = showLiveSummary({
    ingestUrl: weir.ingest,
    dashboardUrl: weir.dashboard,
    readToken: tokenOf('read', 'operate'),
    output,
    clock,
    signal,
  })
  try {
    await feedFiles(files, { client, clock, signal, output })
    if (options.demo === true) await feedDemo({ client, clock, random, signal })
    await stopped
  } finally {
    ended.abort()
    await summary
  }
}

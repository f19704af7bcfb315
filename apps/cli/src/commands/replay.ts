/** `weir replay`: sends a file of ticks over HTTP, exactly once. */
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { type CliContext, outputOf } from '../cli-context.ts'
import { type DataDirOption, httpUrl, type JsonOption, speed, wholeNumber, withDataDir, withJson } from '../options.ts'
import { createIngestClient } from '../replay/ingest-client.ts'
import { replayFile } from '../replay/replay-file.ts'
import { createReplayReporter, inspectWithProgress, summaryText } from '../replay/replay-report.ts'
import { readRunFile } from '../run-file.ts'

interface ReplayCommandOptions extends JsonOption, DataDirOption {
  readonly url?: string
  readonly batch: number
  readonly speed: number | undefined
  readonly retrySeconds: number
}

const EXAMPLES = `Examples:
  weir replay day.csv.gz                     as fast as the server takes it
  weir replay day.csv --speed 10             ten times the recorded speed
  weir replay day.csv.gz --batch 10000 --url http://ingest:8080

Run it again after anything at all, also with another --batch: it goes on where it was, and counts nothing twice.
`

const BATCH_DEFAULT = 1000
const BATCH_MAX = 100_000
const RETRY_SECONDS_DEFAULT = 300
const RETRY_SECONDS_MAX = 7 * 86_400
const INGEST_URL_DEFAULT = 'http://127.0.0.1:8080'

export function addReplay(program: Command, context: CliContext): void {
  const command = program
    .command('replay')
    .description('Sends a CSV file of ticks (symbol,price,volume,timestamp in ms), gzip or not, of any size.')
    .argument('<file>', 'the CSV file')
    .option(
      '--url <url>',
      `the ingest server (default: that of a running \`weir up\`, else ${INGEST_URL_DEFAULT})`,
      httpUrl,
    )
    .option('--batch <n>', 'ticks a request', wholeNumber(1, BATCH_MAX), BATCH_DEFAULT)
    .option('--speed <n|max>', 'a multiple of the recorded time, or max', speed)
    .option(
      '--retry-seconds <n>',
      'how long to go on trying while the server is away',
      wholeNumber(0, RETRY_SECONDS_MAX),
      RETRY_SECONDS_DEFAULT,
    )
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', '\nWEIR_TOKEN is sent as the bearer token, where the server asks for one.')
  withDataDir(withJson(command), context.cwd, 'whose running `weir up` to send to')
  command.action((file: string, options: ReplayCommandOptions) => replay(file, options, context))
}

async function replay(file: string, options: ReplayCommandOptions, context: CliContext): Promise<void> {
  const { clock, random, env } = context
  const output = outputOf(context, options)
  const signal = context.untilSignal()
  const url = options.url ?? (await readRunFile(options.dataDir))?.ingest ?? INGEST_URL_DEFAULT
  const tickFile = await inspectWithProgress(resolve(context.cwd, file), output)
  const reporter = createReplayReporter(output, tickFile, clock)
  const client = createIngestClient({
    url,
    token: env.WEIR_TOKEN,
    clock,
    random,
    signal,
    patienceMs: options.retrySeconds * 1000,
    onWait: reporter.onWait,
  })
  const summary = await replayFile(tickFile, {
    client,
    clock,
    signal,
    batchTicksMax: options.batch,
    speed: options.speed,
    onProgress: reporter.onProgress,
    onRejection: reporter.onRejection,
  }).catch(reporter.explainAndRethrow)
  output.result(summary, () => summaryText(tickFile, summary))
}

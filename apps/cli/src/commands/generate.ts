/** `weir generate`: a synthetic market as CSV, the same for the same options on every machine. */
import { createWriteStream } from 'node:fs'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { generateMarket, SYMBOLS_MAX, writeMarketCsv } from '@weir/generator'
import type { Command } from 'commander'
import { type CliContext, outputOf } from '../cli-context.ts'
import { CliError } from '../cli-error.ts'
import { countOf } from '../format/counts.ts'
import { type JsonOption, wholeNumber, withJson } from '../options.ts'

interface GenerateOptions extends JsonOption {
  readonly ticks: number
  readonly symbols: number
  readonly seed: number
  readonly start: string
  readonly rate: number
  readonly out?: string
}

const EXAMPLES = `Examples:
  weir generate --ticks 1000000 --symbols 500 --out day.csv.gz
  weir generate --ticks 5000 --seed 7 | head
`

const TICKS_MAX = 1_000_000_000
const RATE_MAX = 1_000_000
/** A trading day's morning in New York. */
const START_DEFAULT = '2024-03-04T14:30:00Z'

export function addGenerate(program: Command, context: CliContext): void {
  const command = program
    .command('generate')
    .description('Writes a synthetic market as CSV (symbol,price,volume,timestamp) to stdout or a file.')
    .option('--ticks <n>', 'how many', wholeNumber(0, TICKS_MAX), 100_000)
    .option('--symbols <n>', 'how many symbols; a few trade most', wholeNumber(1, SYMBOLS_MAX), 100)
    .option('--seed <n>', 'the same seed gives the same market', wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
    .option('--start <time>', 'time of the first tick: ISO 8601, or ms since the epoch', START_DEFAULT)
    .option('--rate <n>', 'ticks a second of market time, on average', wholeNumber(1, RATE_MAX), 1000)
    .option('--out <file>', 'write there; compressed where it ends in .gz')
    .addHelpText('before', EXAMPLES)
  withJson(command).action((options: GenerateOptions) => generate(options, context))
}

async function generate(options: GenerateOptions, context: CliContext): Promise<void> {
  const output = outputOf(context, options)
  const { ticks, symbols, seed, rate } = options
  const market = generateMarket({ ticks, symbols, seed, ticksPerSecond: rate, startMs: startMs(options.start) })
  const text = Readable.from(writeMarketCsv(market))
  if (options.out === undefined) {
    if (output.json) throw new CliError('WEIR_CLI_USAGE', '--json needs --out: without it, stdout is the CSV itself.')
    for await (const piece of text) await written(context.stdout, piece as string)
    return
  }
  const path = resolve(context.cwd, options.out)
  try {
    const file = createWriteStream(path)
    await (path.endsWith('.gz') ? pipeline(text, createGzip(), file) : pipeline(text, file))
  } catch (error) {
    throw new CliError('WEIR_CLI_FILE', `${path} cannot be written (${(error as Error).message}).`, { cause: error })
  }
  output.result({ file: path, ticks, symbols, seed }, () => `${path}: ${countOf(ticks, 'tick')}`)
}

/** Waits where the reader is slower than the market. */
function written(stdout: NodeJS.WritableStream, piece: string): Promise<void> | undefined {
  if (stdout.write(piece)) return undefined
  return new Promise((resolveDrained) => stdout.once('drain', resolveDrained))
}

function startMs(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Date.parse(text)
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw new CliError('WEIR_CLI_USAGE', `--start ${JSON.stringify(text)} is no time; write it like ${START_DEFAULT}.`)
}

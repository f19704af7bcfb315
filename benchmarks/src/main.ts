/** `npm run bench`: measures, shows the tables, and writes pages and figures. See options.ts for its words. */
import { fileURLToPath } from 'node:url'
import { type Options, parseOptions, USAGE } from './options.ts'
import { createProgress, type Progress } from './progress.ts'
import type { Publication } from './publication.ts'
import { benchmarksPage } from './report/benchmarks-page.ts'
import { runBenchmarks, runSoak } from './run-benchmarks.ts'
import { readPublication, writePublication } from './write-publication.ts'

const DOCS = fileURLToPath(new URL('../../docs', import.meta.url))
/** As a shell tells a program that was ended by SIGINT. */
const INTERRUPTED = 130

const options = readOptions()
if (options !== undefined) {
  // The servers are killed, and their files removed, as the process exits.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(INTERRUPTED))
  const progress = createProgress((text) => process.stderr.write(text))
  const isPublished = options.kind !== 'run' || (options.only.length === 0 && !options.quick)
  const dir = options.into ?? (isPublished ? DOCS : undefined)
  const publication = await produce(options, dir ?? DOCS, progress)
  process.stdout.write(benchmarksPage(publication, {}))
  if (dir !== undefined) await writePublication(dir, publication)
  const failed = publication.failures ?? []
  if (failed.length > 0) process.exitCode = 1
  for (const { step, message } of failed) progress(`failed: ${step}: ${message}`)
  progress(dir === undefined ? 'nothing was written; --into DIR says where' : `written into ${dir}`)
}

async function produce(given: Options, dir: string, progress: Progress): Promise<Publication> {
  const earlier = await readPublication(dir)
  if (given.kind === 'run') {
    const publication = await runBenchmarks(given, progress)
    // A soak takes as long as all the rest, so it is run more rarely; it tells its own commit.
    return earlier?.soak === undefined || publication.soak !== undefined
      ? publication
      : { ...publication, soak: earlier.soak }
  }
  if (earlier === undefined && given.kind === 'render') throw new Error(`there are no figures in ${dir}`)
  if (given.kind === 'render') return earlier as Publication
  const soak = await runSoak(given.soakSeconds, progress)
  return { ...(earlier ?? { machine: soak.machine, rounds: 0, contenders: [] }), soak }
}

/** Undefined where there is nothing to run. */
function readOptions(): Options | undefined {
  try {
    const parsed = parseOptions(process.argv.slice(2))
    if (parsed !== 'help') return parsed
    process.stdout.write(USAGE)
  } catch (error) {
    process.stderr.write(`bench: ${(error as Error).message}\n\n${USAGE}`)
    process.exitCode = 2
  }
  return undefined
}

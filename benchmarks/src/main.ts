/** `npm run bench`: measures, shows the tables, and writes pages and figures. See options.ts for its words. */
import { fileURLToPath } from 'node:url'
import { type Options, parseOptions, USAGE } from './options.ts'
import { createProgress, type Progress } from './progress.ts'
import { figuresOf, type Publication } from './publication.ts'
import { benchmarksPage } from './report/benchmarks-page.ts'
import { runBenchmarks } from './run-benchmarks.ts'
import { readPublication, writePublication } from './write-publication.ts'

const DOCS = fileURLToPath(new URL('../../docs', import.meta.url))
/** As a shell tells a program that was ended by SIGINT. */
const INTERRUPTED = 130

const options = readOptions()
if (options !== undefined) {
  // The servers are killed, and their files removed, as the process exits.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(INTERRUPTED))
  const progress = createProgress((text) => process.stderr.write(text))
  const publication = await produce(options, progress)
  process.stdout.write(benchmarksPage(figuresOf(publication), {}))
  for (const [step, { failure }] of Object.entries(publication.steps)) {
    if (failure === undefined) continue
    process.exitCode = 1
    progress(`failed: ${step}: ${failure}`)
  }
}

async function produce(given: Options, progress: Progress): Promise<Publication> {
  const isPublished = given.kind === 'render' || (given.only.length === 0 && !given.quick)
  const dir = given.into ?? (isPublished ? DOCS : undefined)
  const earlier = dir === undefined ? undefined : await readPublication(dir)
  const keep = async (publication: Publication): Promise<void> => {
    if (dir !== undefined) await writePublication(dir, publication)
  }
  const publication = given.kind === 'render' ? earlier : await runBenchmarks(given, earlier, keep, progress)
  if (publication === undefined) throw new Error(`there are no figures in ${dir}`)
  if (given.kind === 'render') await keep(publication)
  progress(dir === undefined ? 'nothing was written; --into DIR says where' : `written into ${dir}`)
  return publication
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

/** docs/benchmarks.md: what was measured, on what, beside what was aimed at. */
import type { Publication } from '../publication.ts'
import type { Charts } from './charts.ts'
import { contendersSection } from './contenders-section.ts'
import { markdownTable, rough } from './format.ts'
import { machineFacts } from './machine-words.ts'
import { operationsSection } from './operations-section.ts'
import { scenariosSection } from './scenarios-section.ts'
import { computeTargets } from './targets.ts'

export function benchmarksPage(publication: Publication, charts: Charts): string {
  return [
    '# Benchmarks\n',
    INTRODUCTION,
    machineTable(publication),
    failuresSection(publication),
    targetsSection(publication),
    contendersSection(publication, charts),
    operationsSection(publication),
    scenariosSection(publication, charts),
    profilesSection(publication),
    METHOD,
  ]
    .filter((section) => section !== '')
    .join('\n')
}

const INTRODUCTION = `Made by \`npm run bench\`, which starts its own Redis and PostgreSQL, runs every contender on the same ticks in the same run, in turn,
several rounds, and writes this page and [results.json](benchmarks/results.json). A figure is the median of its rounds; ratios are of one
run. What you need for your own load: [sizing](sizing.md).
`

const METHOD = `## How it is measured

- The ticks are the seeded market of \`weir generate\`: 4,000 symbols, Zipf, some ticks late or out of order. They lie in memory before the
  clock starts, as objects, as bodies of requests or as tuples, whichever a contender takes. Bringing objects into Weir's columns counts.
- A tick counts when it is acknowledged: its script, job or statement was answered. Each contender has a process of its own.
- Every contender is asked for its own sums afterwards: ticks, and volume where it has one. The column \`counts\` says what came of it.
- Redis is as Weir starts it: append-only file, \`noeviction\`; it is emptied, its file too, before each run. PostgreSQL has its fsync.
- Everything shares the machine's cores: the load generator, the pods, Redis and PostgreSQL.
- The Python accumulator is the in-process design that Weir replaces: a lock, dictionaries, a dirty set, a time taken around each
  operation. It does what a row of \`sessions\` needs and no more, with floats; it loses everything when its process ends.
- Processor time of a contender is that of its process, or of its pods; Redis's is that of the thread that carries out commands.
`

function machineTable({ machine, rounds }: Publication): string {
  const facts: [string, string][] = [
    ...machineFacts(machine),
    ['Redis on disk', 'append-only file, `appendfsync always` unless a line says otherwise'],
    ['rounds', `${rounds} and one that warms up`],
  ]
  return markdownTable(['', ''], facts).replace('| --- | --: |', '| --- | --- |')
}

function failuresSection({ failures = [] }: Publication): string {
  return failures.map(({ step, message }) => `**The step ${step} failed**: ${message.split('\n')[0]}\n`).join('\n')
}

function targetsSection(publication: Publication): string {
  const targets = computeTargets(publication)
  const rows = targets.map(({ what, goal, figure, verdict }) => {
    return [what, goal, figure, verdict === 'met' ? 'met' : `**${verdict}**`]
  })
  const missed = targets.filter(({ verdict }) => verdict === 'missed')
  const limits = missed.flatMap(({ what, limit }) => (limit === undefined ? [] : [`- ${what}: ${limit}.\n`]))
  const why =
    limits.length === 0
      ? ''
      : `\nWhat stands against those that were missed; the profiles are below:\n\n${limits.join('')}`
  return `## Targets\n\n${markdownTable(['target', 'goal', 'measured', ''], rows)}${why}`
}

function profilesSection({ profiles = [] }: Publication): string {
  if (profiles.length === 0) return ''
  const tables = profiles.map(({ title, perSecond, functions }) => {
    const rows = functions.map(({ name, place, share }) => [`\`${name}\``, place, `${(100 * share).toFixed(1)} %`])
    const table = markdownTable(['function', 'place', 'own time'], rows)
    return `### ${title}\n\n${rough(perSecond)} ticks/s with the profiler on.\n\n${table}`
  })
  return `## Where the processor time goes\n\nOf Weir's process, waiting left out.\n\n${tables.join('\n')}`
}

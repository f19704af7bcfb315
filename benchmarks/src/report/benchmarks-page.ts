/** docs/benchmarks.md: what was measured, on what, beside what was aimed at. */
import type { Figures } from '../publication.ts'
import { BUSY_CORES_MAX } from '../servers/busy-cores.ts'
import type { Charts } from './charts.ts'
import { contendersSection } from './contenders-section.ts'
import { markdownTable, minutes, rough } from './format.ts'
import { growthSection } from './growth-section.ts'
import { machineFacts } from './machine-words.ts'
import { operationsSection } from './operations-section.ts'
import { scenariosSection } from './scenarios-section.ts'
import { computeTargets } from './targets.ts'

export function benchmarksPage(figures: Figures, charts: Charts): string {
  return [
    '# Benchmarks\n',
    INTRODUCTION,
    machineTable(figures),
    warnings(figures),
    failuresSection(figures),
    targetsSection(figures),
    contendersSection(figures, charts),
    operationsSection(figures),
    growthSection(figures, charts),
    scenariosSection(figures, charts),
    profilesSection(figures),
    METHOD,
    stepsTable(figures),
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
- "Weir embedded" is \`createIngest\` of \`@weir/ingest\`, given objects by the batch; "recordTick" is \`openWeir\` of \`@weir/embedded\`, a call a tick.
- The others are as one would run them: pipelines and prepared statements, several on their way at once, as many as each was fastest
  with; a PostgreSQL upsert a tick commits by itself, on eight connections; BullMQ's jobs are added 1,000 at a time, 100 are worked at once.
- Every contender is asked for its own sums afterwards: ticks, and volume where it has one. The column \`counts\` says what came of it.
- Redis is as Weir starts it: append-only file, \`noeviction\`; it is emptied, its file too, before each run. PostgreSQL has its fsync.
- Everything shares the machine's cores: the load generator, the pods, Redis and PostgreSQL.
- The Python accumulator is the in-process design that Weir replaces: a lock, dictionaries, a dirty set, a time taken around each
  operation. It does what a row of \`sessions\` needs and no more, with floats; it loses everything when its process ends.
- Processor time of a contender is that of its process, or of its pods; Redis's is that of the thread that carries out commands.
`

function machineTable({ machine, rounds }: Figures): string {
  const facts: [string, string][] = [
    ...machineFacts(machine),
    ['Redis on disk', 'append-only file, `appendfsync always` unless a line says otherwise'],
    ['rounds of contenders', rounds === undefined ? 'not run' : `${rounds} and one that warms up`],
  ]
  return markdownTable(['', ''], facts).replace('| --- | --: |', '| --- | --- |')
}

/** What a reader must know before believing a figure. */
function warnings({ machine, steps }: Figures): string {
  const records = Object.entries(steps)
  const disturbed = records.filter(([, { busyCoresBefore }]) => busyCoresBefore > BUSY_CORES_MAX)
  const others = records.filter(([, { commit }]) => commit !== machine.commit)
  const partial = records.filter(([, { isPartial }]) => isPartial)
  const names = (of: typeof records) => of.map(([name]) => name).join(', ')
  return [
    machine.loadBefore > BUSY_CORES_MAX
      ? `**The machine was busy before the run, with a load of ${rough(machine.loadBefore)}: figures are worse than they should be, ratios less sure.**\n`
      : '',
    disturbed.length > 0 ? `**Others used the processor when these steps began: ${names(disturbed)}.**\n` : '',
    others.length > 0 ? `These steps are of another commit, told at the end of the page: ${names(others)}.\n` : '',
    partial.length > 0 ? `**Not at full scale, no figures to go by: ${names(partial)}.**\n` : '',
  ]
    .filter((text) => text !== '')
    .join('\n')
}

function failuresSection({ steps }: Figures): string {
  return Object.entries(steps)
    .flatMap(
      ([name, { failure }]) =>
        failure
          ?.split('\n')
          .slice(0, 1)
          .map((line) => `**The step ${name} failed**: ${line}\n`) ?? [],
    )
    .join('\n')
}

function stepsTable({ steps }: Figures): string {
  const rows = Object.entries(steps).map(([name, { commit, startedAt, seconds, busyCoresBefore }]) => [
    name,
    commit,
    startedAt.slice(0, 16).replace('T', ' '),
    minutes(seconds),
    rough(busyCoresBefore),
  ])
  if (rows.length === 0) return ''
  const words =
    'The steps of `npm run bench`, each of which can be run again alone; cores that others kept busy just before it.'
  return `## Steps\n\n${words}\n\n${markdownTable(['step', 'commit', 'began, UTC', 'took', 'cores busy'], rows)}`
}

function targetsSection(figures: Figures): string {
  const targets = computeTargets(figures)
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

function profilesSection({ profiles = [] }: Figures): string {
  if (profiles.length === 0) return ''
  const tables = profiles.map(({ title, unit, perSecond, functions }) => {
    const rows = functions.map(({ name, place, share }) => [`\`${name}\``, place, `${(100 * share).toFixed(1)} %`])
    const table = markdownTable(['function', 'place', 'own time'], rows)
    return `### ${title}\n\n${rough(perSecond)} ${unit}/s with the profiler on.\n\n${table}`
  })
  return `## Where the processor time goes\n\nOf Weir's process, waiting left out.\n\n${tables.join('\n')}`
}

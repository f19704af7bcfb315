/**
 * `npm run simulate -- --runs N [--seed S] [--class NAME]`: N runs, in turn over all fault classes, one thread a core. A run
 * is given by its class and seed alone, so it goes the same on every machine; the first that fails is run again, shortened,
 * and its schedule printed. Exit code 1 where a promise or an invariant was broken.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { explain } from './explain.ts'
import { faultClasses } from './fault-classes.ts'
import type { Failure, SeedsReport, SeedsRequest } from './run-seeds.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    class: { type: 'string' },
  },
})
const runs = positiveInteger('--runs', values.runs)
const firstSeed = positiveInteger('--seed', values.seed)
const classes = faultClasses
  .map(({ name }) => name)
  .filter((name) => values.class === undefined || name === values.class)
if (classes.length === 0) fail(`no class ${values.class}; there are ${faultClasses.map(({ name }) => name).join(', ')}`)

const startedMs = performance.now()
const threads = availableParallelism()
let done = 0
const reports = await Promise.all(
  Array.from({ length: threads }, (_, thread) => runThread({ classes, runs, firstSeed, thread, threads })),
)
process.stderr.write('\n')
const failures = reports.flat()
for (const { className, seed, violation } of failures.slice(0, 10)) {
  process.stdout.write(`${className} seed ${seed}: ${violation.name}: ${violation.finding}\n`)
}
const first = failures[0]
if (first !== undefined) process.stdout.write(await explain(first.className, first.seed))
const seconds = Math.round((performance.now() - startedMs) / 1000)
process.stdout.write(
  `${runs} runs of ${classes.length} classes from seed ${firstSeed} in ${seconds} s: ${failures.length} violations\n`,
)
process.exitCode = failures.length === 0 ? 0 : 1

function runThread(request: SeedsRequest): Promise<Failure[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./run-seeds.ts', import.meta.url), { workerData: request })
    worker.on('message', (report: SeedsReport) => {
      if (report.kind === 'ended') return resolve([...report.failures])
      done += report.runs
      process.stderr.write(`\r${done} of ${runs} runs`)
    })
    worker.once('error', reject)
  })
}

function positiveInteger(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) fail(`${name} is ${text}; it must be a whole number above 0`)
  return value
}

function fail(message: string): never {
  process.stderr.write(`simulate: ${message}\n`)
  process.exit(2)
}

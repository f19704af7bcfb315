/**
 * `npm run simulate -- --runs N [--seed S] [--class NAME] [--stores memory|real]`: N runs, in turn over all fault classes, one
 * thread a core. A run is given by its class and seed alone, so it goes the same on every machine and on both kinds of stores;
 * the first that fails is run again, shortened, and its schedule printed. Exit code 1 where a promise or an invariant was broken.
 */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startRunServers } from '@weir/testkit'
import { explain } from './explain.ts'
import { faultClasses } from './fault-classes.ts'
import { type Run, runThreads } from './run-threads.ts'
import type { Stores } from './servers/with-servers.ts'

/** Where `weir up` keeps its server programs too. */
const WORK_DIR = fileURLToPath(new URL('../../../.weir', import.meta.url))

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    class: { type: 'string' },
    stores: { type: 'string', default: 'memory' },
  },
})
const count = positiveInteger('--runs', values.runs)
const firstSeed = positiveInteger('--seed', values.seed)
const classes = faultClasses
  .map(({ name }) => name)
  .filter((name) => values.class === undefined || name === values.class)
if (classes.length === 0) fail(`no class ${values.class}; there are ${faultClasses.map(({ name }) => name).join(', ')}`)
if (values.stores !== 'memory' && values.stores !== 'real') fail(`--stores is ${values.stores}; it is memory or real`)

const runs: Run[] = Array.from({ length: count }, (_, place) => ({
  className: classes[place % classes.length] as string,
  seed: firstSeed + Math.floor(place / classes.length),
}))
const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())

const startedMs = performance.now()
const isReal = values.stores === 'real'
const servers = await startRunServers({ startsRedis: false, startsPostgres: isReal, workDir: WORK_DIR })
try {
  const { postgresUrl } = servers
  await runAll(postgresUrl === undefined ? { kind: 'memory' } : { kind: 'real', workDir: WORK_DIR, postgresUrl })
} finally {
  await servers.stop()
}

async function runAll(stores: Stores): Promise<void> {
  let done = 0
  const onProgress = (more: number) => {
    done += more
    process.stderr.write(`\r${done} of ${count} runs`)
  }
  const failures = await runThreads(runs, { stores, onProgress, signal: stopping.signal })
  process.stderr.write('\n')
  for (const { className, seed, violation } of failures.slice(0, 10)) {
    process.stdout.write(`${className} seed ${seed}: ${violation.name}: ${violation.finding}\n`)
  }
  const [first] = failures
  if (first !== undefined && !stopping.signal.aborted) process.stdout.write(await explain(first, stores))
  const seconds = Math.round((performance.now() - startedMs) / 1000)
  const place = `${classes.length} classes from seed ${firstSeed}, stores: ${stores.kind}`
  process.stdout.write(`${count} runs of ${place}, in ${seconds} s: ${failures.length} violations\n`)
  process.exitCode = failures.length === 0 && !stopping.signal.aborted ? 0 : 1
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

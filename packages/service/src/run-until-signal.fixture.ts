/** A process for run-until-signal.test.ts: services that say what happens to them, one with the fault that is named. */
import { createLogger } from './logger.ts'
import { runUntilSignal, type SupervisedService } from './run-until-signal.ts'

const scenario = process.argv[2]
const say = (line: string) => void process.stdout.write(`${line}\n`)
const keepAlive = setInterval(() => undefined, 60_000)
const never = new Promise<void>(() => undefined)

function service(name: string, fault: Partial<SupervisedService> = {}): SupervisedService {
  return {
    name,
    start: async () => say(`start ${name}`),
    stop: async () => say(`stop ${name}`),
    ...fault,
  }
}

const faults: Record<string, Partial<SupervisedService>> = {
  'start-fails': { start: () => Promise.reject(new Error('no port')) },
  'stop-fails': { stop: () => Promise.reject(new Error('cannot stop')) },
  'stop-hangs': {
    stop: () => {
      say('stop ingest')
      return never
    },
  },
  breaks: { failed: Promise.resolve(new Error('server died')) },
  'slow-start': {
    start: async () => {
      say('starting ingest')
      await new Promise((resolve) => process.once('SIGTERM', () => setImmediate(resolve)))
      say('start ingest')
    },
  },
}

const services = [service('store'), service('ingest', faults[scenario ?? '']), service('feed')]
await runUntilSignal(services, {
  log: createLogger({ name: 'fixture', level: 'info' }),
  shutdownTimeoutMs: process.argv[3] === undefined ? 20_000 : Number(process.argv[3]),
})
say('running')
if (scenario === 'uncaught') setImmediate(() => void Promise.reject(new Error('lost promise')))
if (scenario === 'idle') clearInterval(keepAlive)

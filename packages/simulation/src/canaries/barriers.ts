/** Barriers that do not wait for the disk. */
import { replacing } from '../servers/replacing.ts'
import type { Canary } from './canary.ts'

/** A snapshot is written at once: after a power cut PostgreSQL has what Redis has lost. */
export const noBarrier: Canary = {
  name: 'no barrier',
  faultClass: 'redis-everysec',
  hot: (store) => replacing<typeof store>(store, { durabilityOf: async () => ({ kind: 'durable' }) }),
}

const AGE_US = 3_000_000

/** A snapshot is written when it is old enough: a slow disk has not synced it by then. */
export const barrierOfAgeAlone: Canary = {
  name: 'a barrier of age alone with a slow disk',
  faultClass: 'redis-everysec',
  hot: (store, { server, machine }) =>
    replacing<typeof store>(store, {
      durabilityOf: async ({ takenAtUs, runId, replicationId }) => {
        if (server.runId !== runId || server.replicationId !== replicationId)
          return { kind: 'broken', reason: 'another history' }
        const ageUs = machine.timeUs - takenAtUs
        return ageUs >= AGE_US ? { kind: 'durable' } : { kind: 'pending', waitMs: Math.ceil((AGE_US - ageUs) / 1000) }
      },
    }),
}

/** Marks go to PostgreSQL as they are read: after a wipe they come back, and the ticks that were lost are taken for duplicates. */
import { replacing } from '../servers/replacing.ts'
import type { Canary } from './canary.ts'

export const marksBeforeWhatTheyCover: Canary = {
  name: 'marks written before what they cover',
  faultClass: 'wipe',
  hot: (store, { world }) =>
    replacing<typeof store>(store, {
      readCoverage: async (shard) => {
        const coverage = await store.readCoverage(shard)
        const [worker] = world.workers
        if (worker !== undefined) {
          await world.database.execute('writeCoverage', [shard, coverage]).catch(() => undefined)
        }
        return coverage
      },
    }),
}

/** The first tick of a batch is in no direction: only the store knows the one before it, and nobody asks. */
import { replacing } from '../servers/replacing.ts'
import type { Canary } from './canary.ts'

export const unjudgedDirections: Canary = {
  name: 'the first tick of a batch in no direction',
  faultClass: 'calm',
  hot: (store) =>
    replacing<typeof store>(store, {
      apply: (shard, call) =>
        store.apply(shard, { ...call, segments: call.segments.map(({ mark, parts }) => ({ mark, parts })) }),
    }),
}

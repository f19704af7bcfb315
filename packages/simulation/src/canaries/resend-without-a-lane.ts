/** A call that is sent again looks like a new one: one whose reply was lost counts twice. */
import { replacing } from '../servers/replacing.ts'
import type { Canary } from './canary.ts'

export const resendWithoutALane: Canary = {
  name: 'resend without a lane',
  faultClass: 'pods',
  hot: (store) =>
    replacing<typeof store>(store, {
      // The candidate is new for each try.
      apply: (shard, call) => store.apply(shard, { ...call, lane: { name: call.candidate, sequence: 1 } }),
    }),
}

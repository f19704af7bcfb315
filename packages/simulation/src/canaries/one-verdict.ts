/** The requests of a folded call share the verdict of the first: if that was a duplicate, fresh ones beside it are swallowed. */
import { replacing } from '../servers/replacing.ts'
import type { Canary } from './canary.ts'

export const oneVerdictForAFoldedCall: Canary = {
  name: 'one verdict for a folded call',
  faultClass: 'pods',
  hot: (store) =>
    replacing<typeof store>(store, {
      apply: async (shard, call) => {
        const [first, ...others] = call.segments
        if (first === undefined || others.length === 0) return store.apply(shard, call)
        const outcome = await store.apply(shard, { ...call, segments: [first] })
        if (outcome.kind !== 'applied') return outcome
        const [verdict = { kind: 'duplicate' }] = outcome.verdicts
        if (verdict.kind === 'applied') {
          const segments = others.map(({ parts }) => ({ mark: { kind: 'none' } as const, parts }))
          await store.apply(shard, { ...call, lane: { ...call.lane, name: `${call.lane.name}+` }, segments })
        }
        return { ...outcome, verdicts: call.segments.map(() => verdict) }
      },
    }),
}

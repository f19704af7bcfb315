/** The clients of a run: two producers, one of them restless, one with keys, and one with neither, that never retries. */
import { seededRandom } from '@weir/testkit'
import { planWorkload, type Workload } from '../plan/workload.ts'
import type { Client, ClientRules } from './client.ts'
import { KeyedClient } from './keyed-client.ts'
import { PlainClient } from './plain-client.ts'
import { SequencedClient } from './sequenced-client.ts'

/** The homes of the two producers are different shards. */
const SIZES = {
  alpha: { opsMin: 4, opsMax: 14 },
  gamma: { opsMin: 3, opsMax: 10 },
  keyed: { opsMin: 2, opsMax: 8 },
  plain: { opsMin: 2, opsMax: 8 },
} as const

export function createClients(
  seed: number,
  { isMixed, ...rules }: ClientRules & { readonly isMixed: boolean },
): { clients: Client[]; workload: Workload } {
  const workload = planWorkload(seed, SIZES, { isMixed })
  const opsOf = (name: keyof typeof SIZES) => workload.byClient.get(name) ?? []
  const randomOf = (name: keyof typeof SIZES) => seededRandom(seed ^ Object.keys(SIZES).indexOf(name))
  const clients = [
    new SequencedClient('alpha', opsOf('alpha'), randomOf('alpha'), { ...rules, isRestless: true }),
    new SequencedClient('gamma', opsOf('gamma'), randomOf('gamma'), { ...rules, isRestless: false }),
    new KeyedClient('keyed', opsOf('keyed'), randomOf('keyed')),
    new PlainClient('plain', opsOf('plain'), randomOf('plain')),
  ]
  return { clients, workload }
}

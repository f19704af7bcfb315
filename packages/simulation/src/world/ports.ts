/** What the real code of a process is given for its stores: every method goes over the network. */
import type { ApplyCall, ColdStore, Coverage, DurabilityReceipt, HotStore, Snapshot } from '@weir/accumulator'
import type { CallTarget } from './call.ts'
import type { Network } from './network.ts'
import type { SimulatedProcess } from './process.ts'

const HOT_METHODS = [
  ...(['apply', 'restore', 'snapshot', 'durabilityOf', 'acknowledge', 'readCoverage', 'readDepth', 'drop'] as const),
  ...([
    'forgetLanes',
    'readMark',
    'claimKey',
    'answerKey',
    'readRows',
    'markDirty',
    'quarantine',
    'readQuarantine',
  ] as const),
]
const COLD_METHODS = [
  ...(['upsert', 'writeCoverage', 'readRestored', 'readSeeds', 'readParts', 'readTotals', 'recordRun'] as const),
]

export type ServerOf = (sender: SimulatedProcess, shard: number) => CallTarget

export function redisPort(network: Network, sender: SimulatedProcess, serverOf: ServerOf): HotStore {
  const shardOfReceipt = new WeakMap<DurabilityReceipt, number>()
  const call = async (method: string, shard: number, args: readonly unknown[]) => {
    const result = await network.send(sender, serverOf(sender, shard), method, args)
    if (method === 'snapshot') shardOfReceipt.set((result as Snapshot).receipt, shard)
    return result
  }
  const methods = HOT_METHODS.map((method) => [
    method,
    (shard: number, ...args: unknown[]) => call(method, shard, [shard, ...args]),
  ])
  return {
    ...(Object.fromEntries(methods) as HotStore),
    apply: (shard, given) => call('apply', shard, [shard, asSent(given)]) as ReturnType<HotStore['apply']>,
    durabilityOf: (receipt) =>
      call('durabilityOf', shardOfReceipt.get(receipt) ?? 0, [receipt]) as ReturnType<HotStore['durabilityOf']>,
    readCoverage: async (shard) => {
      // Not one script in the real store: the marks are read first, and again where the history changed in between.
      for (;;) {
        const { origin, marks } = (await call('readCoverage', shard, [shard])) as Coverage
        const coverage = (await call('readCoverage', shard, [shard])) as Coverage
        if (coverage.origin === origin) return { ...coverage, marks }
      }
    },
  }
}

/** What is sent is what was there at that moment: a caller that fills its list of seeds further does not change it. */
function asSent(call: ApplyCall): ApplyCall {
  return call.seeds.kind === 'known' ? { ...call, seeds: { kind: 'known', rows: [...call.seeds.rows] } } : call
}

export function databasePort(network: Network, sender: SimulatedProcess, database: CallTarget): ColdStore {
  const methods = COLD_METHODS.map((method) => [
    method,
    (...args: unknown[]) => network.send(sender, database, method, args),
  ])
  return Object.fromEntries(methods) as unknown as ColdStore
}

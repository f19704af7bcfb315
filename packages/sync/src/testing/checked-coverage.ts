/** For tests: marks of a producer, and a PostgreSQL that looks whether it has all that it is told is covered. */
import type { ColdStore, Coverage } from '@weir/accumulator'
import { expect, onTestFinished } from 'vitest'
import { type MemoryBench, SHARD, wrap } from './memory-bench.ts'

export function producer(first: number, last: number) {
  return { mark: { kind: 'producer' as const, name: 'feed', first, last, home: true } }
}

/** PostgreSQL that looks, at each coverage it is sent, whether it has everything that is covered. */
export function checked(bench: MemoryBench) {
  const written: Coverage[] = []
  const tooEarly: Coverage[] = []
  const cold: ColdStore = wrap(bench.cold, async (method, call, args) => {
    if (method === 'writeCoverage') {
      const coverage = args[1] as Coverage
      written.push(coverage)
      if (!(await has(bench, coverage))) tooEarly.push(coverage)
    }
    return call()
  })
  onTestFinished(() => expect(tooEarly).toEqual([]))
  return { worker: bench.workerOf({ hot: bench.hot, cold }), written, cold }
}

async function has({ cold }: MemoryBench, { periods }: Coverage): Promise<boolean> {
  for (const { accumulator, period, origin, accepted } of periods) {
    const totals = (await cold.readTotals(accumulator)).filter(
      (total) => total.shard === SHARD && total.period === period,
    )
    if ((totals.find((total) => total.origin === origin)?.updates ?? 0) < accepted) return false
  }
  return true
}

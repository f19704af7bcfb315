/** Weir in the process that has the ticks, by the library's face: `recordTick` for each, group commit behind it. */
import { openWeir, type Weir } from '@weir/embedded'
import { benchLayout, layoutSettings, SESSIONS_ONLY } from '../bench-layout.ts'
import { type BenchHotStore, openHotStore } from '../servers/bench-hot-store.ts'
import type { BenchTick } from '../ticks/bench-ticks.ts'
import type { Contender, ContenderDeps } from './contender.ts'
import { countedInWeir } from './counted-in-weir.ts'
import { inFlight } from './in-flight.ts'
import { objectBatches } from './weir-embedded.ts'

export function weirLibrary({ redisUrl, settings }: ContenderDeps): Contender {
  const { accumulators = SESSIONS_ONLY, batchTicks } = settings
  const layout = benchLayout(accumulators)
  let batches: BenchTick[][] = []
  let weir: Weir | undefined
  let store: BenchHotStore | undefined

  /** The ticks of a batch are recorded in one turn, so they have one promise. */
  async function send(batch: number): Promise<number> {
    const ticks = batches[batch] ?? []
    let counted: ReturnType<Weir['recordTick']> | undefined
    for (const { symbol, price, volume, timestamp } of ticks) {
      counted = weir?.recordTick(symbol, price, volume, timestamp)
    }
    await counted
    return ticks.length
  }

  return {
    async prepare(ticks) {
      batches = objectBatches(ticks, batchTicks)
      store = await openHotStore(redisUrl, layout)
      weir = await openWeir({
        redisUrl,
        settings: layoutSettings(accumulators),
        recordsPerBatchMax: batchTicks,
        batchesMax: settings.inFlight,
      })
    },
    async reset() {},
    run: (untilMs) => inFlight({ batches: batches.length, atOnce: settings.inFlight, untilMs }, send),
    counted: async () => countedInWeir(store?.hot, layout),
    pids: () => [],
    async close() {
      await weir?.close()
      store?.close()
    },
  }
}

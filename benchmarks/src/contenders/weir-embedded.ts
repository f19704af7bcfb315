/**
 * Weir in the process that has the ticks, as a Node program embeds it: objects in memory, read and checked into columns, folded,
 * applied to Redis, acknowledged. All of that is timed.
 */
import { ColumnMemory, type Layout } from '@weir/accumulator'
import {
  createIngest,
  type Ingest,
  ingestLimits,
  KnownSymbols,
  NO_TOKEN,
  type RequestToken,
  TickReader,
} from '@weir/ingest'
import { createLogger, systemClock, systemRandom } from '@weir/service'
import { benchLayout } from '../bench-layout.ts'
import { type BenchHotStore, openHotStore } from '../servers/bench-hot-store.ts'
import type { BenchTick, BenchTicks } from '../ticks/bench-ticks.ts'
import type { Contender, ContenderDeps } from './contender.ts'
import { countedInWeir } from './counted-in-weir.ts'
import { inFlight } from './in-flight.ts'

export function weirEmbedded({ redisUrl, settings }: ContenderDeps): Contender {
  const layout: Layout = benchLayout(settings.accumulators)
  const [first] = layout.accumulators
  if (first === undefined) throw new Error('a layout has an accumulator')
  const { input } = first
  const symbols = new KnownSymbols()
  const memory = new ColumnMemory()
  let batches: BenchTick[][] = []
  let store: BenchHotStore | undefined
  let ingest: Ingest | undefined
  /** Ticks sent so far, for each producer: one a slot, since a producer has one request outstanding. */
  let sent: number[] = []
  let runs = 0

  async function send(batch: number, slot: number): Promise<number> {
    const ticks = batches[batch] ?? []
    const reader = new TickReader(input, { ticksExpected: ticks.length, symbols, memory })
    for (const tick of ticks) reader.add(tick.symbol, tick.price, tick.volume, tick.timestamp)
    const read = reader.finish()
    const answer = await ingest?.submit({ batch: read, token: tokenOf(batch, slot), strict: false })
    if (answer?.kind !== 'counted') throw new Error(`a batch was ${answer?.kind}: ${JSON.stringify(answer)}`)
    read.events.release()
    return answer.counts.accepted
  }

  function tokenOf(batch: number, slot: number): RequestToken {
    if (settings.sequenced !== true) return NO_TOKEN
    const ticksBefore = sent[slot] ?? 0
    sent[slot] = ticksBefore + (batches[batch]?.length ?? 0)
    return { kind: 'producer', name: `bench-${runs}-${slot}`, first: ticksBefore + 1 }
  }

  return {
    async prepare(ticks: BenchTicks) {
      batches = objectBatches(ticks, settings.batchTicks)
      store = await openHotStore(redisUrl, layout)
      ingest = createIngest({
        hot: store.hot,
        cold: undefined,
        layout,
        clock: systemClock,
        random: systemRandom,
        log: createLogger({ name: 'bench', level: 'error' }),
        limits: ingestLimits({ pendingTicksMax: 100_000_000 }),
      })
      await ingest.start()
    },
    async reset() {
      sent = []
      runs++
    },
    run(untilMs) {
      const { inFlight: atOnce, passesMax } = settings
      return inFlight({ batches: batches.length, atOnce, untilMs, ...(passesMax && { passesMax }) }, send)
    },
    counted: async () => countedInWeir(store?.hot, layout),
    pids: () => [],
    async close() {
      await ingest?.stop()
      store?.close()
    },
  }
}

export function objectBatches(ticks: BenchTicks, batchTicks: number): BenchTick[][] {
  const all = ticks.all()
  const batches: BenchTick[][] = []
  for (let from = 0; from < all.length; from += batchTicks) batches.push(all.slice(from, from + batchTicks))
  return batches
}

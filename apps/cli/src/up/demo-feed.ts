/** `weir up --demo`: a seeded synthetic market, fed over HTTP by a producer that is new at each start. */
import { liveMarket, MARKET_CSV_HEADER, type MarketTick } from '@weir/generator'
import type { Clock, Random } from '@weir/service'
import type { IngestClient } from '../replay/ingest-client.ts'

const MARKET = { seed: 1, symbols: 500, ticksPerSecond: 3000 }
const BATCH_INTERVAL_MS = 100
const PRODUCER_BYTES = 8

export interface DemoFeedOptions {
  readonly client: IngestClient
  readonly clock: Clock
  readonly random: Random
  readonly signal: AbortSignal
}

/** Feeds until the signal aborts. Throws CliError where the server refuses the feed. */
export async function feedDemo({ client, clock, random, signal }: DemoFeedOptions): Promise<void> {
  const market = liveMarket({ ...MARKET, startMs: clock.nowMs() })
  const newProducer = () => `demo-${random.hex(PRODUCER_BYTES)}`
  let producer = newProducer()
  let sequence = 1
  const header = MARKET_CSV_HEADER.trimEnd()
  while (!signal.aborted) {
    await clock.sleep(BATCH_INTERVAL_MS, signal)
    const lines = market.batchUntil(clock.nowMs()).map(lineOf)
    if (lines.length === 0 || signal.aborted) continue
    const reply = await client.send({ producer, sequence, header, lines })
    sequence += lines.length
    if (reply.kind === 'counted') continue
    // Redis has lost its memory of this producer; the market has none either, so it goes on as another one.
    producer = newProducer()
    sequence = 1
  }
}

function lineOf({ symbol, price, volume, timestamp }: MarketTick): string {
  return `${symbol},${price},${volume},${timestamp}`
}

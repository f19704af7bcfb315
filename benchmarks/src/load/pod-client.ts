/** Feeds a pod with one market's ticks as CSV, in requests of one size. */
import { Agent } from 'node:http'
import { postTicks } from '../contenders/post-ticks.ts'
import { objectBatches } from '../contenders/weir-embedded.ts'
import { benchTicks, type MarketSpec } from '../ticks/bench-ticks.ts'
import { CONTENT_TYPES, tickBody } from '../ticks/tick-bodies.ts'

export interface PodClient {
  readonly batchTicks: number
  /** Different ones. */
  readonly requests: number
  /** Sends the body of this number, from the first again after the last; gives the ticks accepted. */
  send(request: number): Promise<number>
  close(): void
}

const CONNECTIONS_MAX = 64

export function podClient(url: string, market: MarketSpec, batchTicks: number): PodClient {
  const bodies = objectBatches(benchTicks(market), batchTicks).map((batch) => tickBody(batch, 'csv'))
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX })
  return {
    batchTicks,
    requests: bodies.length,
    async send(request) {
      const body = bodies[request % bodies.length] as Buffer
      return (await postTicks(agent, url, CONTENT_TYPES.csv, body)).accepted
    },
    close: () => agent.destroy(),
  }
}

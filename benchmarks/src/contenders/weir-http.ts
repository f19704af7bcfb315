/**
 * Weir as a service: one pod or more in processes of their own, real HTTP on loopback. The bodies lie ready in this process;
 * what sends them shares the processors with the pods and Redis.
 */
import { Agent } from 'node:http'
import { benchLayout } from '../bench-layout.ts'
import { type BenchHotStore, openHotStore } from '../servers/bench-hot-store.ts'
import { type PodProcess, startPod } from '../servers/pod-process.ts'
import { CONTENT_TYPES, tickBody } from '../ticks/tick-bodies.ts'
import type { Contender, ContenderDeps } from './contender.ts'
import { countedInWeir } from './counted-in-weir.ts'
import { inFlight } from './in-flight.ts'
import { postTicks } from './post-ticks.ts'
import { objectBatches } from './weir-embedded.ts'

export function weirHttp({ redisUrl, settings, profileDir }: ContenderDeps): Contender {
  const { format = 'csv', pods: podCount = 1, accumulators } = settings
  const layout = benchLayout(accumulators)
  const agent = new Agent({ keepAlive: true, maxSockets: settings.inFlight * podCount })
  let bodies: Buffer[] = []
  let pods: PodProcess[] = []
  let store: BenchHotStore | undefined

  async function send(batch: number, slot: number): Promise<number> {
    const pod = pods[slot % podCount]
    const body = bodies[batch]
    if (pod === undefined || body === undefined) throw new Error('a slot has its pod, a batch its body')
    const { accepted } = await postTicks(agent, pod.url, CONTENT_TYPES[format], body)
    return accepted
  }

  return {
    async prepare(ticks) {
      bodies = objectBatches(ticks, settings.batchTicks).map((batch) => tickBody(batch, format))
      store = await openHotStore(redisUrl, layout)
      pods = await Promise.all(Array.from({ length: podCount }, () => startPod({ redisUrl, accumulators, profileDir })))
    },
    async reset() {},
    run: (untilMs) => inFlight({ batches: bodies.length, atOnce: settings.inFlight * podCount, untilMs }, send),
    counted: async () => countedInWeir(store?.hot, layout),
    pids: () => pods.map(({ pid }) => pid),
    async close() {
      agent.destroy()
      await Promise.all(pods.map((pod) => pod.stop()))
      store?.close()
    },
  }
}

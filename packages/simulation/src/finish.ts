/** The end of a run: faults end, and everything goes on in order, nothing lost, until there is nothing left to do. */
import { describeCall } from './faults/calls.ts'
import type { SyncProcess } from './world/sync-process.ts'
import type { World } from './world/world.ts'

/** More than any run that comes to its end needs. */
const STEPS_MAX = 5000
/** Two bring all to PostgreSQL and prove it; more where a worker's view of a shard is of before a fault. */
const ROUNDS_MAX = 6

type Tell = (line: () => string) => void

export async function finish(world: World, tell: Tell): Promise<void> {
  const { faults, alongside } = world.options.faultClass
  for (const { heal } of [...faults, ...alongside]) await heal?.(world)
  await world.settle()
  await goOn(world, tell, 'all clients are done', () =>
    world.desks.every(({ client, waits }) => client.isDone && !waits),
  )
  await goOn(world, tell, 'all calls are answered', () => isQuiet(world))
  await syncAll(world, tell)
  for (const { name, check } of world.options.faultClass.promises) {
    if (world.violation === undefined) world.fail(name, await check(world))
  }
}

/** Rounds of one worker, until nothing is dirty and every mark is written. */
export async function syncAll(world: World, tell: Tell): Promise<void> {
  const worker = world.workers[0] as SyncProcess
  for (let round = 1; round <= ROUNDS_MAX && world.violation === undefined; round++) {
    const wasClean = await isClean(world)
    for (const accumulator of world.accumulators) {
      await goOn(world, tell, 'a round ends', () => !worker.running.has(accumulator.name))
      await worker.beginRound(accumulator, { retriesAll: true })
      await world.settle()
      await goOn(world, tell, 'a round ends', () => !worker.running.has(accumulator.name))
    }
    // What was clean before the last round was covered by what it read first.
    if (wasClean && (await isClean(world))) return
  }
  world.fail(
    'everything is synced in the end',
    (await isClean(world)) ? undefined : 'rows stay dirty, however many rounds follow',
  )
}

async function goOn(world: World, tell: Tell, goal: string, isReached: () => boolean): Promise<void> {
  for (let step = 0; step < STEPS_MAX; step++) {
    if (world.violation !== undefined || isReached()) return
    const line = await takeNext(world)
    if (line === undefined) break
    tell(line)
    await world.settle()
  }
  if (!isReached()) world.fail('everything comes to its end', `nothing leads to this any more: ${goal}`)
}

async function takeNext(world: World): Promise<(() => string) | undefined> {
  const [stray] = world.network.strays
  if (stray !== undefined) {
    await world.network.strayArrives(stray)
    return () => `late ${describeCall(stray)}`
  }
  const [oldest] = world.processes.flatMap(({ calls }) => calls).sort((a, b) => a.id - b.id)
  if (oldest !== undefined) {
    await world.network.answer(oldest)
    return () => `${oldest.sender.name} ${describeCall(oldest)}`
  }
  const told = world.desks.find(({ hasAnswer }) => hasAnswer)
  if (told !== undefined) {
    const { kind } = told.hear()
    return () => `${told.client.name} hears ${kind}`
  }
  const sender = world.desks.find(({ canSend }) => canSend)
  const pod = world.pods[0]
  if (sender !== undefined && pod !== undefined && pod.ingest.notReady().length === 0) {
    const sent = sender.send(pod)
    return () => `${sender.client.name} > ${pod.name} ${sent}`
  }
  const [timer] = world.time.next().sort((a, b) => a.dueUs - b.dueUs)
  if (timer !== undefined) world.time.fire(timer)
  return timer === undefined ? undefined : () => `${timer.owner.name} wakes up`
}

function isQuiet(world: World): boolean {
  return world.network.strays.length === 0 && world.processes.every(({ calls }) => calls.length === 0)
}

async function isClean({ nodes, layout }: World): Promise<boolean> {
  for (let shard = 0; shard < layout.shards; shard++) {
    const { first } = nodes[shard % nodes.length] as World['nodes'][number]
    const { oldestDirtyUs } = await first.store.readDepth(shard)
    if (oldestDirtyUs !== undefined) return false
  }
  return true
}

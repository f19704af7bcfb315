/** What a pod does with a tick before Redis: decode, fold, encode. No server is asked. */
import { foldEvents, shardOf } from '@weir/accumulator'
import { decode, KnownSymbols } from '@weir/ingest'
import { encodeApply, redisKeys } from '@weir/redis'
import { benchLayout, SESSIONS_ONLY } from '../bench-layout.ts'
import { whole } from '../report/format.ts'
import { KEY_PREFIX } from '../servers/bench-hot-store.ts'
import type { BenchTick } from '../ticks/bench-ticks.ts'
import { applyCall, foldTicks, readColumns, tickInputOf } from '../ticks/fold-ticks.ts'
import { tickBody } from '../ticks/tick-bodies.ts'
import { type MicroResult, type MicroTime, timeEach } from './micro-result.ts'

const SHARD = 0

export async function microPod(
  sets: readonly (readonly string[])[],
  ticks: readonly BenchTick[],
  time: MicroTime,
): Promise<MicroResult[]> {
  const results = [...(await decodeAll(ticks, time))]
  for (const accumulators of sets) results.push(...(await foldAndEncode(accumulators, ticks, time)))
  return results
}

async function decodeAll(ticks: readonly BenchTick[], time: MicroTime): Promise<MicroResult[]> {
  const layout = benchLayout(SESSIONS_ONLY)
  const input = tickInputOf(layout)
  // As a pod has them after its first bodies.
  const known = new KnownSymbols()
  const results: MicroResult[] = []
  for (const format of ['csv', 'ndjson', 'json'] as const) {
    const body = tickBody(ticks, format)
    const detail = `${format.toUpperCase()}, ${Math.round(body.length / ticks.length)} bytes a tick`
    const usEach = await timeEach(time, () => decode(body, format, input, { symbols: known }).ticks)
    results.push({ operation: 'decode', detail, unit: 'tick', usEach })
  }
  const objects = await timeEach(time, () => readColumns(input, ticks, known).count)
  const symbols = ticks.map(({ symbol }) => symbol)
  const hashes = await timeEach(time, () => {
    for (const symbol of symbols) shardOf(symbol, layout.shards)
    return symbols.length
  })
  return [
    ...results,
    { operation: 'decode', detail: 'objects in memory', unit: 'tick', usEach: objects },
    { operation: 'hash', detail: 'a symbol to its shard', unit: 'row', usEach: hashes },
  ]
}

async function foldAndEncode(
  accumulators: readonly string[],
  ticks: readonly BenchTick[],
  time: MicroTime,
): Promise<MicroResult[]> {
  const layout = benchLayout(accumulators)
  const events = readColumns(tickInputOf(layout), ticks)
  const indexes = events.indexes()
  const fold = await timeEach(time, () => {
    foldEvents(layout, events, indexes)
    return events.count
  })
  const folded = foldTicks(layout, ticks)
  const rows = folded.parts.reduce((sum, { deltas }) => sum + deltas.length, 0)
  const keys = redisKeys(KEY_PREFIX).shard(SHARD)
  const call = applyCall(folded, 1)
  const encode = await timeEach(time, () => {
    encodeApply(layout, keys, call)
    return rows
  })
  const names = accumulators.join(' and ')
  const sizes = `${whole(ticks.length)} ticks to ${whole(rows)} rows`
  return [
    { operation: 'fold', detail: `${names}, ${sizes}`, unit: 'tick', usEach: fold },
    { operation: 'encode', detail: `${names}, a call of ${whole(rows)} rows`, unit: 'row', usEach: encode },
  ]
}

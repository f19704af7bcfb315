/** What a pod does with a tick before Redis: decode, fold, encode. No server is asked. */
import { type Accumulator, type ApplyCall, type Delta, type Layout, shardOf } from '@weir/accumulator'
import { decode } from '@weir/ingest'
import { encodeApply, redisKeys } from '@weir/redis'
import { KEY_PREFIX } from '../servers/bench-hot-store.ts'
import type { BenchTick } from '../ticks/bench-ticks.ts'
import { foldAll, readColumns } from '../ticks/fold-ticks.ts'
import { tickBody } from '../ticks/tick-bodies.ts'
import { type MicroResult, type MicroTime, timeEach } from './micro-result.ts'

const SHARD = 0

export async function microPod(layout: Layout, ticks: readonly BenchTick[], time: MicroTime): Promise<MicroResult[]> {
  const results: MicroResult[] = []
  const [first] = layout.accumulators
  if (first === undefined) throw new Error('a layout has an accumulator')
  for (const format of ['csv', 'ndjson', 'json'] as const) {
    const body = tickBody(ticks, format)
    const usEach = await timeEach(time, () => decode(body, format, first.input).ticks)
    results.push({ operation: 'decode', detail: `${format.toUpperCase()}, ${bytesEach(body, ticks)} bytes a tick`, unit: 'tick', usEach })
  }
  const objects = await timeEach(time, () => readColumns(first, ticks).count)
  results.push({ operation: 'decode', detail: 'objects in memory', unit: 'tick', usEach: objects })
  const symbols = ticks.map(({ symbol }) => symbol)
  const shards = await timeEach(time, () => {
    for (const symbol of symbols) shardOf(symbol, layout.shards)
    return symbols.length
  })
  results.push({ operation: 'hash', detail: 'symbol to shard', unit: 'tick', usEach: shards })
  for (const accumulator of layout.accumulators) results.push(...(await foldAndEncode(layout, accumulator, ticks, time)))
  return results
}

async function foldAndEncode(
  layout: Layout,
  accumulator: Accumulator,
  ticks: readonly BenchTick[],
  time: MicroTime,
): Promise<MicroResult[]> {
  const { name } = accumulator
  const events = readColumns(accumulator, ticks)
  const deltas = foldAll(accumulator, events)
  const detail = `${name}, ${ticks.length.toLocaleString('en')} ticks to ${deltas.length.toLocaleString('en')} rows`
  const fold = await timeEach(time, () => {
    foldAll(accumulator, events)
    return events.count
  })
  const keys = redisKeys(KEY_PREFIX).shard(SHARD)
  const call = applyCall(name, deltas, 1)
  const encode = await timeEach(time, () => {
    encodeApply(layout, keys, call)
    return deltas.length
  })
  return [
    { operation: 'fold', detail, unit: 'tick', usEach: fold },
    { operation: 'encode', detail: `${name}, a call of ${deltas.length.toLocaleString('en')} rows`, unit: 'row', usEach: encode },
  ]
}

function bytesEach(body: Buffer, ticks: readonly BenchTick[]): number {
  return Math.round(body.length / ticks.length)
}

/** A call of one segment without a mark, all deltas being of one period. */
export function applyCall(accumulator: string, deltas: readonly Delta[], sequence: number): ApplyCall {
  const accepted = deltas.reduce((sum, { updates }) => sum + updates, 0)
  const period = deltas[0]?.period ?? 0
  return {
    candidate: sequence.toString(16).padStart(16, '0'),
    lane: { name: 'bench', sequence },
    segments: [{ mark: { kind: 'none' }, parts: [{ accumulator, period, accepted, deltas }] }],
    seeds: { kind: 'unavailable' },
    openUnrestored: true,
  }
}

import { fileURLToPath } from 'node:url'
import { freshKeyPrefix, testRedisUrl } from '@weir/testkit'
import { describe, expect, it } from 'vitest'
import { openWeir, type WeirOptions } from './open-weir.ts'
import { createStoreReader } from './testing/stored-fields.ts'

const T = 1_381_132_800_000
const PAGE_VIEWS = fileURLToPath(new URL('../../../examples/page-views/accumulators.ts', import.meta.url))

function options(more: Partial<WeirOptions> = {}): WeirOptions {
  return { redisUrl: testRedisUrl(), keyPrefix: freshKeyPrefix(), ...more }
}

describe('Weir in a program', () => {
  it('has what was recorded in Redis when the promise resolves, each kind in its accumulator', async () => {
    const given = options({ settings: { WEIR_ACCUMULATORS: PAGE_VIEWS } })
    await using weir = await openWeir(given)
    const recorded = [
      weir.recordTick('A', 10, 5, T),
      weir.recordTick('A', '12.5', '7', T + 1),
      weir.recordTick('A', 99, 1, T + 2, 'volume'),
      weir.recordHighEvent('A', T, 3),
      weir.recordLowEvent('A', T),
      weir.recordMarketCalculation({
        source: 'desk',
        net_score: -1.5,
        activity_count: 2,
        buying_count: 1,
        selling_count: 1,
        timestamp: T,
      }),
      weir.record('page_views', {
        site: 'en',
        url: '/',
        bytes: 10,
        duration_ms: 1.5,
        votes: -2,
        status: 200,
        timestamp: T,
      }),
    ]
    const counts = await Promise.all(recorded)
    // What is recorded in one turn goes together.
    expect(counts.map(({ accepted }) => accepted)).toEqual([3, 3, 3, 2, 2, 1, 1])
    const read = createStoreReader(given)
    expect(await read('sessions', 'A', T)).toMatchObject({
      ticks: 3,
      volume: 13,
      high: 125_000,
      high_count: 4,
      low_count: 1,
    })
    expect(await read('market', 'desk', T)).toMatchObject({ net_score: -1_500_000, activity_count: 2 })
    expect(await read('page_views', 'en\u001f/', T)).toMatchObject({ views: 1, bytes: 10, votes: -2, last_status: 200 })
  })

  it('sends what is recorded while a batch is on its way with the next, and loses nothing of 100,000', async () => {
    const given = options()
    await using weir = await openWeir(given)
    for (let index = 0; index < 100_000; index++) {
      void weir.recordTick(`S${index % 50}`, 100 + (index % 9), 1, T + index)
      if (index % 10_000 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await weir.flush()
    const read = createStoreReader(given)
    for (const symbol of ['S0', 'S49']) expect(await read('sessions', symbol, T)).toMatchObject({ ticks: 2000 })
  })

  it('refuses at once what cannot be right, and counts what came with it', async () => {
    await using weir = await openWeir(options())
    const good = weir.recordTick('A', 1, 1, T)
    expect(() => weir.recordTick('A', -1, 1, T)).toThrow('price is not positive')
    expect(() => weir.recordHighEvent('A', T, -1)).toThrow('highs is negative')
    expect(() => weir.record('nothing', {})).toThrow('no accumulator nothing takes records')
    expect(await good).toMatchObject({ accepted: 1, rejected: 1 })
  })

  it('refuses more than may wait, and everything once it is closed', async () => {
    const weir = await openWeir(options({ recordsPendingMax: 2 }))
    void weir.recordTick('A', 1, 1, T)
    void weir.recordTick('A', 1, 1, T)
    expect(() => weir.recordTick('A', 1, 1, T)).toThrow(expect.objectContaining({ code: 'WEIR_BUSY' }))
    await weir.close()
    await weir.close()
    expect(() => weir.recordTick('A', 1, 1, T)).toThrow(expect.objectContaining({ code: 'WEIR_CLOSED' }))
  })

  it('goes on with the numbers of its producer, so that what another program of that name has counted stays', async () => {
    const given = options({ producer: 'desk' })
    const first = await openWeir(given)
    void first.recordTick('A', 1, 1, T)
    await first.close()
    await using second = await openWeir(given)
    expect(await second.recordTick('A', 2, 1, T + 1)).toMatchObject({ accepted: 1, duplicates: 0, mark: 2 })
    expect(await createStoreReader(given)('sessions', 'A', T)).toMatchObject({ ticks: 2 })
  })

  it('says which setting is wrong', async () => {
    await expect(openWeir(options({ settings: { SHARDS: 'many' } }))).rejects.toThrow(/SHARDS is "many"/)
  })
})

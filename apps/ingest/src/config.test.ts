import { ConfigError } from '@weir/service'
import { describe, expect, it } from 'vitest'
import { readIngestConfig } from './config.ts'

const REDIS_URL = 'redis://127.0.0.1:6379'
const DATABASE_URL = 'postgres://weir@127.0.0.1/weir'

async function faultsOf(env: Record<string, string>): Promise<string[]> {
  try {
    await readIngestConfig(env)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.faults.map(({ name }) => name)
  }
}

describe('the configuration of ingestion', () => {
  it('needs no more than a Redis', async () => {
    const { layout, limits, postgresUrl } = await readIngestConfig({ REDIS_URL })
    expect(layout.shards).toBe(4)
    expect(limits).toMatchObject({
      bodyBytesMax: 16_777_216,
      clockAheadMaxSeconds: 60,
      tickAgeMaxSeconds: undefined,
      dirtyItemsMax: 5_000_000,
    })
    expect(postgresUrl).toBeUndefined()
  })

  it('tells every fault at once', async () => {
    const wrong = { DATABASE_URL: 'mysql://x', SHARDS: '0', MAX_BODY_BYTES: 'much', PRICE_SCALE: '3' }
    expect((await faultsOf(wrong)).sort()).toEqual([
      'DATABASE_URL',
      'MAX_BODY_BYTES',
      'PRICE_SCALE',
      'REDIS_URL',
      'SHARDS',
    ])
  })

  it('asks PostgreSQL only where there is one and rows go there', async () => {
    expect(await readIngestConfig({ REDIS_URL, DATABASE_URL })).toMatchObject({ postgresUrl: DATABASE_URL })
    const off = { REDIS_URL, DATABASE_URL, ENABLE_DATABASE_SYNC: 'false' }
    expect(await readIngestConfig(off)).toMatchObject({ postgresUrl: undefined })
  })

  it('writes through only to a PostgreSQL that is named and not switched off', async () => {
    const env = { REDIS_URL, ENABLE_MEMORY_FIRST: 'false' }
    expect(await faultsOf(env)).toEqual(['ENABLE_MEMORY_FIRST'])
    expect(await faultsOf({ ...env, DATABASE_URL, ENABLE_DATABASE_SYNC: 'false' })).toEqual(['ENABLE_MEMORY_FIRST'])
    expect(await readIngestConfig({ ...env, DATABASE_URL })).toMatchObject({ settings: { ENABLE_MEMORY_FIRST: false } })
  })

  it('turns settings into limits in their own units', async () => {
    const { limits } = await readIngestConfig({
      REDIS_URL,
      MAX_TICK_AGE_SECONDS: '90',
      LANE_IDLE_SECONDS: '120',
      RESTORE_TIMEOUT_SECONDS: '0',
    })
    expect(limits).toMatchObject({ tickAgeMaxSeconds: 90, laneIdleMs: 120_000, restoreTimeoutMs: 0 })
  })
})

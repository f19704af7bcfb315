import { describe, expect, it } from 'vitest'
import { misspelledSettings } from './nearest-name.ts'

describe('misspelledSettings', () => {
  it('finds what is nearly the name of a setting', () => {
    expect(
      misspelledSettings({ SHARD: '8', INGESTPORT: '1', dirty_data_batch_size: '5', REDIS_URL_FIL: '/x' }),
    ).toEqual([
      { given: 'INGESTPORT', meant: 'INGEST_PORT' },
      { given: 'dirty_data_batch_size', meant: 'DIRTY_DATA_BATCH_SIZE' },
    ])
    expect(misspelledSettings({ SHARDSS: '8' })).toEqual([{ given: 'SHARDSS', meant: 'SHARDS' }])
  })

  it('leaves right names, other programs and settings that are given alone', () => {
    const env = {
      SHARDS: '8',
      REDIS_URL_FILE: '/f',
      PATH: '/bin',
      HOME: '/root',
      POSTGRES_PASSWORD: 'x',
      LOG_LEVEL: 'info',
      LOG_LEVELS: 'a',
    }
    expect(misspelledSettings(env)).toEqual([])
  })
})

import { expect, it } from 'vitest'
import { metricsText } from './metrics-text.ts'

it('gives a gauge for each number of health, with a label where there are several, and nothing else', () => {
  const health = {
    status: 'ok',
    dirty_items_count: 7,
    is_syncing: true,
    last_sync_success: null,
    dirty_by_accumulator: { sessions: 3, 'a"b': 4 },
    warnings: ['one'],
    'no-name': 1,
  }
  expect(metricsText('sync', health).split('\n')).toEqual([
    '# TYPE weir_sync_dirty_items_count gauge',
    'weir_sync_dirty_items_count 7',
    '# TYPE weir_sync_is_syncing gauge',
    'weir_sync_is_syncing 1',
    '# TYPE weir_sync_dirty_by_accumulator gauge',
    'weir_sync_dirty_by_accumulator{name="sessions"} 3',
    'weir_sync_dirty_by_accumulator{name="a\\"b"} 4',
    '',
  ])
  expect(metricsText('ingest', {})).toBe('')
})

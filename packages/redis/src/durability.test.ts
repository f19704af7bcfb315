// Goal: nothing is called durable that Redis's disk may not have. Method: the judge alone, on each state of INFO.
import type { DurabilityReceipt } from '@weir/accumulator'
import { describe, expect, it } from 'vitest'
import { type DiskState, type DiskWatch, judgeDurability } from './durability.ts'

const AGE_MS = 3000
const RECEIPT: DurabilityReceipt = { takenAtUs: 1_000_000, runId: 'run', replicationId: 'repl', delayedFsyncs: 2 }
const OLD_US = RECEIPT.takenAtUs + AGE_MS * 1000
const HEALTHY = {
  run_id: 'run',
  master_replid: 'repl',
  aof_enabled: '1',
  aof_last_write_status: 'ok',
  aof_delayed_fsync: '2',
  aof_pending_bio_fsync: '0',
  aof_buffer_length: '0',
}

interface Question {
  readonly info?: Partial<Record<keyof typeof HEALTHY, string>>
  readonly timeUs?: number
  readonly mode?: DiskState['mode']
  readonly isOverridden?: boolean
  readonly watch?: DiskWatch
}

function judge({ info = {}, timeUs = OLD_US, mode, isOverridden = false, watch = unseen() }: Question) {
  const state: DiskState = { timeUs, mode, info: new Map(Object.entries({ ...HEALTHY, ...info })) }
  return judgeDurability(RECEIPT, state, watch, AGE_MS, isOverridden)
}

const unseen = (): DiskWatch => ({ noPendingFsync: false, emptyBuffer: false })

describe('under appendfsync always', () => {
  it('a snapshot is durable at once', () => {
    expect(judge({ mode: 'always', timeUs: RECEIPT.takenAtUs })).toEqual({ kind: 'durable' })
  })

  it('nothing is promised without the append-only file, unless the operator says so', () => {
    expect(judge({ mode: 'always', info: { aof_enabled: '0' } })).toMatchObject({ kind: 'unpromised' })
    expect(judge({ mode: 'always', info: { aof_enabled: '0' }, isOverridden: true })).toEqual({ kind: 'durable' })
  })
})

describe('under appendfsync everysec', () => {
  it('a snapshot is durable when it is old enough and the disk has nothing left to do', () => {
    expect(judge({ mode: 'everysec' })).toEqual({ kind: 'durable' })
  })

  it('a young snapshot waits for the rest of its age, whatever the disk says', () => {
    expect(judge({ mode: 'everysec', timeUs: OLD_US - 200_000 })).toEqual({ kind: 'pending', waitMs: 200 })
  })

  it('an fsync that is pending, bytes in the buffer, or a failed write keep it waiting', () => {
    for (const info of [{ aof_pending_bio_fsync: '1' }, { aof_buffer_length: '7' }, { aof_last_write_status: 'err' }]) {
      expect(judge({ mode: 'everysec', info })).toMatchObject({ kind: 'pending' })
    }
  })

  it('the two signs of an idle disk need not be seen at the same moment, but after the age', () => {
    const watch = unseen()
    judge({ mode: 'everysec', watch, timeUs: OLD_US - 1000 })
    expect(watch).toEqual(unseen())
    expect(judge({ mode: 'everysec', watch, info: { aof_buffer_length: '7' } })).toMatchObject({ kind: 'pending' })
    expect(judge({ mode: 'everysec', watch, info: { aof_pending_bio_fsync: '1' } })).toEqual({ kind: 'durable' })
  })

  it('a delayed fsync or a clock that ran backwards breaks the proof', () => {
    expect(judge({ mode: 'everysec', info: { aof_delayed_fsync: '3' } })).toMatchObject({ kind: 'broken' })
    expect(judge({ mode: 'everysec', timeUs: RECEIPT.takenAtUs - 1 })).toMatchObject({ kind: 'broken' })
  })

  it('nothing is promised without the append-only file', () => {
    expect(judge({ mode: 'everysec', info: { aof_enabled: '0' } })).toMatchObject({ kind: 'unpromised' })
  })
})

describe('whatever the disk promises', () => {
  it.each(['always', 'everysec', 'none', undefined] as const)('%s: another history breaks the snapshot', (mode) => {
    expect(judge({ mode, info: { run_id: 'other' } })).toMatchObject({ kind: 'broken' })
    expect(judge({ mode, info: { master_replid: 'other' } })).toMatchObject({ kind: 'broken' })
  })

  it('nothing is promised under appendfsync no, nor where nobody can tell', () => {
    expect(judge({ mode: 'none' })).toEqual({ kind: 'unpromised', reason: 'appendfsync is no' })
    expect(judge({ mode: 'none', isOverridden: true })).toEqual({
      kind: 'unpromised',
      reason: 'REDIS_DURABILITY is none',
    })
    expect(judge({ mode: undefined })).toMatchObject({
      kind: 'unpromised',
      reason: expect.stringContaining('REDIS_DURABILITY'),
    })
  })
})

/** What INFO tells of the append-only file, as the scheduler's disk has it. */
import type { Disk } from '../world/disk.ts'

export function diskFacts({
  isFsyncPending,
  executed,
  written,
  delayedFsyncs,
}: Disk): Readonly<Record<string, string>> {
  return {
    aof_pending_bio_fsync: isFsyncPending ? '1' : '0',
    aof_buffer_length: executed > written ? '1' : '0',
    aof_delayed_fsync: String(delayedFsyncs),
  }
}

/**
 * Compacts the parts of periods that are closed: over, untouched for a while, and dropped by every shard that fed them. Only then
 * is every part final: whatever comes for such a period later has an origin of its own. In this order: which parts there are is
 * read first, then whether Redis still holds their periods; and only the parts that were read are compacted.
 */
import { type Accumulator, formatPeriod, type HotStore, type Layout, StoreError } from '@weir/accumulator'
import type { CompactablePeriod, PostgresColdStore } from '@weir/postgres'
import type { Clock } from '@weir/service'

export interface CompactDeps {
  readonly hot: Pick<HotStore, 'readCoverage' | 'readDepth'>
  readonly cold: Pick<PostgresColdStore, 'readCompactable' | 'compact'>
  readonly layout: Layout
  readonly clock: Clock
  /** How long a period must be over and untouched. */
  readonly idleSeconds: number
  readonly signal: AbortSignal
  readonly onProgress: (report: CompactReport) => void
}

export interface CompactRequest {
  /** Only periods that end at or before this time. */
  readonly beforeMs: number | undefined
  /** Change nothing. */
  readonly isDryRun: boolean
}

export interface CompactReport {
  readonly accumulator: string
  readonly periods: number
  readonly partsBefore: number
  readonly partsAfter: number
  /** Of the rows; undefined where nothing was changed. The files keep the room for rows to come. */
  readonly bytesBefore: number | undefined
  readonly bytesAfter: number | undefined
  /** Periods with more parts than keys that were left as they are; the first of them. */
  readonly skipped: readonly SkippedPeriod[]
  readonly skippedTotal: number
}

interface SkippedPeriod {
  readonly period: string
  readonly reason: string
}

const SKIPPED_LISTED_MAX = 20
const TRIES_MAX = 3
const PAUSE_MS = 500
const US_PER_MS = 1000

export async function compactAccumulator(
  deps: CompactDeps,
  accumulator: Accumulator,
  request: CompactRequest,
): Promise<CompactReport> {
  const { cold, clock, idleSeconds, signal } = deps
  const endMaxUs =
    Math.min(clock.nowMs() - idleSeconds * 1000, request.beforeMs ?? Number.POSITIVE_INFINITY) * US_PER_MS
  // The period of the last µs before that: it may itself end later.
  const last = accumulator.clock.idOf(Math.max(1, Math.floor(endMaxUs) - 1))
  let report = emptyReport(accumulator.name, request)
  let after: number | undefined
  for (;;) {
    const candidates = await cold.readCompactable(accumulator.name, { after, last })
    const { length } = candidates
    if (length === 0) return report
    const redis = await readRedis(deps, accumulator.name)
    for (const candidate of candidates) {
      signal.throwIfAborted()
      if (accumulator.clock.endUs(candidate.period) > endMaxUs) continue
      report = await compactOne(deps, accumulator, request, { report, candidate, redis })
      deps.onProgress(report)
    }
    after = candidates[length - 1]?.period
  }
}

interface RedisPlaces {
  /** Periods that a shard holds. */
  readonly held: ReadonlySet<number>
  /** By shard; undefined where it has dropped none. */
  readonly floors: readonly (number | undefined)[]
}

async function readRedis({ hot, layout }: CompactDeps, name: string): Promise<RedisPlaces> {
  const held = new Set<number>()
  const floors: (number | undefined)[] = []
  for (let shard = 0; shard < layout.shards; shard++) {
    for (const record of (await hot.readCoverage(shard)).periods) {
      if (record.accumulator === name) held.add(record.period)
    }
    // After the records: of a period without one that was dropped just now, the floor tells.
    floors.push((await hot.readDepth(shard)).floors[name])
  }
  return { held, floors }
}

async function compactOne(
  deps: CompactDeps,
  accumulator: Accumulator,
  { isDryRun }: CompactRequest,
  { report, candidate, redis }: { report: CompactReport; candidate: CompactablePeriod; redis: RedisPlaces },
): Promise<CompactReport> {
  const { period, parts, keys, origins } = candidate
  const skip = (reason: string): CompactReport => {
    const skipped = { period: formatPeriod(accumulator.period, period), reason }
    const listed = report.skipped.length < SKIPPED_LISTED_MAX ? [...report.skipped, skipped] : report.skipped
    return { ...report, skipped: listed, skippedTotal: report.skippedTotal + 1 }
  }
  const reason = whyOpen(candidate, redis, deps.idleSeconds)
  if (reason !== undefined) return skip(reason)
  if (isDryRun) return add(report, { partsBefore: parts, partsAfter: keys })
  try {
    const outcome = await compactPatiently(deps, accumulator.name, period, origins)
    if (outcome.kind === 'gap') {
      return skip(`shard ${outcome.shards.join(', ')} has accepted more ticks than its rows hold: see \`weir verify\``)
    }
    const { before, after } = outcome
    return add(report, {
      partsBefore: before.parts,
      partsAfter: after.parts,
      bytesBefore: before.bytes,
      bytesAfter: after.bytes,
    })
  } catch (error) {
    // A sum that no column holds, or tables that others hold for long: this period stays as it is.
    if (!(error instanceof StoreError) || !['WEIR_ROW_REFUSED', 'WEIR_STORE_BUSY'].includes(error.code)) throw error
    return skip(error.message)
  }
}

function whyOpen(
  { period, shards, idleSeconds }: CompactablePeriod,
  { held, floors }: RedisPlaces,
  idleSecondsMin: number,
): string | undefined {
  if (held.has(period)) return 'Redis still holds it'
  if (idleSeconds < idleSecondsMin) return `it was written ${Math.round(idleSeconds)} s ago`
  const undropped = shards.find((shard) => !((floors[shard] ?? Number.NEGATIVE_INFINITY) >= period))
  if (undropped === undefined) return undefined
  return `shard ${undropped} of this Redis never dropped it: is this the Redis that fed it?`
}

async function compactPatiently(
  { cold, clock, signal }: CompactDeps,
  name: string,
  period: number,
  origins: readonly string[],
) {
  for (let tries = 1; ; tries++) {
    try {
      return await cold.compact(name, period, origins)
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'WEIR_STORE_BUSY' || tries >= TRIES_MAX) throw error
      await clock.sleep(PAUSE_MS * tries, signal)
    }
  }
}

function emptyReport(accumulator: string, { isDryRun }: CompactRequest): CompactReport {
  const bytes = isDryRun ? undefined : 0
  const counts = { periods: 0, partsBefore: 0, partsAfter: 0, bytesBefore: bytes, bytesAfter: bytes }
  return { accumulator, ...counts, skipped: [], skippedTotal: 0 }
}

function add(
  report: CompactReport,
  compacted: { partsBefore: number; partsAfter: number; bytesBefore?: number; bytesAfter?: number },
): CompactReport {
  return {
    ...report,
    periods: report.periods + 1,
    partsBefore: report.partsBefore + compacted.partsBefore,
    partsAfter: report.partsAfter + compacted.partsAfter,
    bytesBefore: sum(report.bytesBefore, compacted.bytesBefore),
    bytesAfter: sum(report.bytesAfter, compacted.bytesAfter),
  }
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b
}

export {
  type Accumulator,
  type AccumulatorDefinition,
  defineAccumulator,
  type Feed,
  type Field,
  isDirectional,
  measureIndex,
} from './accumulator.ts'
export { assert, unreachable } from './assert.ts'
export { barsAccumulator } from './bars.ts'
export { builtInLayout, type LayoutSettings } from './built-in-layout.ts'
export type { ColdPart, ColdRow, ColdStore, ColdTotal, PartQuery, PeriodRange, SyncRun } from './cold-store.ts'
export { ColumnMemory } from './column-memory.ts'
export { compareTexts } from './compare-texts.ts'
export { DefinitionError } from './definition-error.ts'
export { Deltas, type ExtremeLists } from './deltas.ts'
export {
  type DirectionalFields,
  type DirectionReference,
  directionalFields,
  type JudgedDirection,
  judgeDirections,
} from './direction.ts'
export { EventBatch, type EventInput } from './event-batch.ts'
export {
  BYTES,
  bottomOf,
  count,
  type Direction,
  EVENT_TIME,
  type FieldKind,
  type FieldSpec,
  first,
  goesOn,
  last,
  latest,
  type Measure,
  max,
  min,
  net,
  product,
  records,
  SLOTS,
  type Storage,
  sum,
} from './field.ts'
export { FieldOverflowError } from './field-steps.ts'
export { eventTimeText, fieldText, timeText } from './field-text.ts'
export { Fold } from './fold.ts'
export { type FoldedEvents, foldEvents } from './fold-events.ts'
export { HIGH_LOW_EVENT_INPUT } from './high-low-event.ts'
export type {
  Acknowledgement,
  ApplyCall,
  ApplyOutcome,
  ClaimOutcome,
  Coverage,
  Depth,
  DropRequest,
  Durability,
  DurabilityReceipt,
  HotStore,
  KeyClaim,
  OpenEvents,
  PeriodRecord,
  RestoredShard,
  RowName,
  RowOfPage,
  RowPage,
  RowQuery,
  Seed,
  Seeds,
  Segment,
  SegmentMark,
  SegmentPart,
  Snapshot,
  SnapshotRequest,
  SnapshotRow,
  Verdict,
} from './hot-store.ts'
export { join } from './join.ts'
export { joinLive, joinOrigins } from './join-origins.ts'
export { createLayout, type Layout, type LayoutEntry, layoutDifferences } from './layout.ts'
export {
  compareLimbs,
  highLimb,
  INT64_HIGH_MAX,
  INT64_HIGH_MIN,
  LIMB,
  limbsToBigInt,
  lowLimb,
  UINT96_HIGH_MAX,
} from './limbs.ts'
export type { ColdRange, LiveColdStore, LiveHotStore, LiveRows } from './live-stores.ts'
export { CALCULATION_INPUT, CORE_SOURCE, marketAccumulator } from './market.ts'
export { MARKET_ANALYTICS, type MarketWindow, marketAnalytics, type WindowAnalytics } from './market-analytics.ts'
export { marketWindowOf } from './market-window.ts'
export type { MeasureColumn } from './measure-column.ts'
export { type MergeOutcome, merge, restart } from './merge.ts'
export { CANDIDATE_BYTES, mintOrigin, originFromUuid, originTimeUs, originToUuid } from './origin.ts'
export { day, formatPeriod, type Period, type PeriodClock, periodClock, window } from './period.ts'
export type {
  QuarantinedRow,
  QuarantineOutcome,
  QuarantineRequest,
  Refusal,
  RefusedRow,
  StoredRowName,
} from './quarantine.ts'
export {
  asideField,
  type Delta,
  dirtyMember,
  emptyDelta,
  emptyRow,
  isAside,
  KEY_SEPARATOR,
  keyOfField,
  parseDirtyMember,
  type Row,
} from './row.ts'
export {
  HEADER_BYTES,
  isPackedRow,
  NO_TURN,
  ORIGIN_BYTES,
  packedBytes,
  packedTurn,
  packRow,
  TURN_BYTES,
  unpackRow,
  writeCount,
  writeInt64,
} from './row-codec.ts'
export { formatScaled, parseScaled, parseScaledNumber, SCALE_DIGITS_MAX, type ScaledInteger } from './scaled-integer.ts'
export { sessionsAccumulator } from './sessions.ts'
export { shardOf } from './shard-of.ts'
export { StoreError, type StoreErrorCode } from './store-error.ts'
export { TextColumn } from './text-column.ts'
export { type Scales, SYMBOL_LENGTH_MAX, TIME_US_MAX, tickInput } from './tick.ts'
export type { FieldsView, MarketView, View } from './view.ts'
export { type ViewValues, viewValues } from './view-values.ts'
export { type OwnDefinition, type Vocabulary, vocabulary } from './vocabulary.ts'

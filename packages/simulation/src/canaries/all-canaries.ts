/** Every known-wrong variant that the simulation must catch. */
import { acknowledgeAll, acknowledgeByVersion } from './acknowledge-by.ts'
import { addDeltas } from './add-deltas.ts'
import { barrierOfAgeAlone, noBarrier } from './barriers.ts'
import { blindWriteThrough } from './blind-write-through.ts'
import type { Canary } from './canary.ts'
import { marksBeforeWhatTheyCover } from './early-marks.ts'
import { freshRowBelowTheFloor } from './forgotten-floor.ts'
import { oneOriginForTwoHistories, runIdNotCompared } from './histories.ts'
import { hotKeyNeverReScored } from './hot-key-never-re-scored.ts'
import { oldRowRestored } from './old-row-restored.ts'
import { oneVerdictForAFoldedCall } from './one-verdict.ts'
import { popBeforeWrite } from './pop-before-write.ts'
import { refusedRowUnDirtied } from './refused-row-un-dirtied.ts'
import { resendWithoutALane } from './resend-without-a-lane.ts'
import { turnNeverEnds } from './turn-never-ends.ts'
import { unjudgedDirections } from './unjudged-directions.ts'

export const canaries: readonly Canary[] = [
  popBeforeWrite,
  addDeltas,
  acknowledgeByVersion,
  acknowledgeAll,
  noBarrier,
  barrierOfAgeAlone,
  oneOriginForTwoHistories,
  runIdNotCompared,
  oldRowRestored,
  marksBeforeWhatTheyCover,
  freshRowBelowTheFloor,
  hotKeyNeverReScored,
  oneVerdictForAFoldedCall,
  resendWithoutALane,
  refusedRowUnDirtied,
  blindWriteThrough,
  turnNeverEnds,
  unjudgedDirections,
]

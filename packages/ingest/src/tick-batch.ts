/** The ticks of one request: the good ones in columns, the others with the reason why they cannot be right. */
import type { EventBatch } from '@weir/accumulator'

export interface TickBatch {
  readonly events: EventBatch
  /** All ticks of the request, rejected ones too: a sequence numbers these. */
  readonly ticks: number
  readonly rejections: Rejections
}

export interface Rejection {
  /** The place of the tick in its request, from 0. */
  readonly index: number
  readonly reason: string
}

/** How many ticks were rejected, and the first of them. */
export interface Rejections {
  readonly count: number
  readonly first: readonly Rejection[]
}

/** More are only counted: a file in the wrong unit would answer with a body as large as itself. */
export const REJECTIONS_SHOWN_MAX = 100

export const noRejections: Rejections = { count: 0, first: [] }

export function addRejections(a: Rejections, b: Rejections): Rejections {
  if (b.count === 0) return a
  const first = [...a.first, ...b.first].sort((one, other) => one.index - other.index).slice(0, REJECTIONS_SHOWN_MAX)
  return { count: a.count + b.count, first }
}

/** A high or low event that was detected elsewhere: so many new highs or lows of a symbol, added to those of its session. */
import type { EventInput } from './event-batch.ts'

export const HIGH_LOW_EVENT_INPUT: EventInput = {
  name: 'events',
  texts: ['symbol'],
  measures: { highs: 0, lows: 0 },
}

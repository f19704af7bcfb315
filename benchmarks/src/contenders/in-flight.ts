/** Works through numbered batches, several at once, in their order and again from the first, until the time is up. */

export interface InFlightOptions {
  readonly batches: number
  readonly atOnce: number
  /** By `performance.now()`; at least one batch is sent. */
  readonly untilMs: number
  /** How often all batches are sent at most. */
  readonly passesMax?: number
}

/** `slot` is from 0 to atOnce - 1: one batch at a time in each. Gives the sum of what `send` gives. */
export async function inFlight(
  { batches, atOnce, untilMs, passesMax = Number.POSITIVE_INFINITY }: InFlightOptions,
  send: (batch: number, slot: number) => Promise<number>,
): Promise<number> {
  const sendsMax = batches * passesMax
  let sent = 0
  let acknowledged = 0
  const work = async (slot: number): Promise<void> => {
    while (sent < sendsMax && (sent === 0 || performance.now() < untilMs)) {
      const taken = await send(sent++ % batches, slot)
      acknowledged += taken
    }
  }
  await Promise.all(Array.from({ length: atOnce }, (_, slot) => work(slot)))
  return acknowledged
}

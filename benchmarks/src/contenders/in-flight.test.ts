// Goal: every batch that is sent is waited for and counted, in the order of the batches.
import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { inFlight } from './in-flight.ts'

it('counts what every batch has taken, although they overlap', async () => {
  const sent: number[] = []
  let open = 0
  let mostOpen = 0
  const send = async (batch: number): Promise<number> => {
    sent.push(batch)
    mostOpen = Math.max(mostOpen, ++open)
    await turn()
    open--
    return 10
  }
  const options = { batches: 5, atOnce: 3, untilMs: Number.POSITIVE_INFINITY, passesMax: 2 }
  expect(await inFlight(options, send)).toBe(100)
  expect(sent).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4])
  expect(mostOpen).toBe(3)
  expect(open).toBe(0)
})

it('sends one batch at least, and none after its time', async () => {
  expect(await inFlight({ batches: 5, atOnce: 2, untilMs: 0 }, async () => 1)).toBe(1)
})

// Goal: no more calls at once than turns, and none is forgotten, whatever becomes of those before it.
import { expect, it } from 'vitest'
import { Turns } from './turns.ts'

it('calls wait for a turn, in order, and a call that fails gives its turn on', async () => {
  const turns = new Turns(2)
  const begun: number[] = []
  const gates = Array.from({ length: 5 }, () => Promise.withResolvers<void>())
  const calls = gates.map((gate, index) =>
    turns
      .run(() => {
        begun.push(index)
        return gate.promise
      })
      .catch(() => 'failed'),
  )
  expect(begun).toEqual([0, 1])
  gates[1]?.reject(new Error('refused'))
  expect(await calls[1]).toBe('failed')
  expect(begun).toEqual([0, 1, 2])
  for (const gate of gates) gate.resolve()
  await Promise.all(calls)
  expect(begun).toEqual([0, 1, 2, 3, 4])
  let isRun = false
  await turns.run(async () => void (isRun = true))
  expect(isRun).toBe(true)
})

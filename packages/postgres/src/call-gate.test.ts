// Goal: no more calls at once than may be, and none is forgotten, whatever becomes of those before it.
import { expect, it } from 'vitest'
import { CallGate } from './call-gate.ts'

it('calls wait in order, and one that fails lets the next through', async () => {
  const gate = new CallGate(2)
  const begun: number[] = []
  const locks = Array.from({ length: 5 }, () => Promise.withResolvers<void>())
  const calls = locks.map((lock, index) =>
    gate
      .run(() => {
        begun.push(index)
        return lock.promise
      })
      .catch(() => 'failed'),
  )
  expect(begun).toEqual([0, 1])
  locks[1]?.reject(new Error('refused'))
  expect(await calls[1]).toBe('failed')
  expect(begun).toEqual([0, 1, 2])
  for (const lock of locks) lock.resolve()
  await Promise.all(calls)
  expect(begun).toEqual([0, 1, 2, 3, 4])
  let isRun = false
  await gate.run(async () => void (isRun = true))
  expect(isRun).toBe(true)
})

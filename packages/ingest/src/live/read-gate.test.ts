import { expect, it } from 'vitest'
import { ReadGate } from './read-gate.ts'

it('runs so many at once, the others in their order, and refuses those beyond', async () => {
  const gate = new ReadGate({ readsMax: 2, waitingMax: 2 })
  const begun: number[] = []
  const ends: (() => void)[] = []
  const read = (number: number) =>
    gate.run(async () => {
      begun.push(number)
      await new Promise<void>((resolve) => ends.push(resolve))
      return number
    })
  const reads = [1, 2, 3, 4, 5].map(read)
  expect(await reads[4]).toBeUndefined()
  expect(begun).toEqual([1, 2])
  ends[1]?.()
  expect(await reads[1]).toBe(2)
  await expect.poll(() => begun).toEqual([1, 2, 3])
  ends[0]?.()
  ends[2]?.()
  await expect.poll(() => begun).toEqual([1, 2, 3, 4])
  ends[3]?.()
  expect(await Promise.all(reads)).toEqual([1, 2, 3, 4, undefined])
})

it('gives the place of a read that failed to the next', async () => {
  const gate = new ReadGate({ readsMax: 1, waitingMax: 1 })
  const failed = gate.run(() => Promise.reject(new Error('away')))
  const next = gate.run(async () => 'read')
  await expect(failed).rejects.toThrow('away')
  expect(await next).toBe('read')
  expect(await gate.run(async () => 'again')).toBe('again')
})

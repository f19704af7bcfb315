// Goal: an error that comes again and again is told once in a while, and no other is lost by it.
import { createLogger } from '@weir/service'
import { expect, it } from 'vitest'
import { errorTeller } from './error-teller.ts'
import { LeapingClock } from './testing/leaping-clock.ts'

it('the same message is told once a minute, each other at once', () => {
  const lines: string[] = []
  const log = createLogger({ name: 'test', level: 'warn', destination: { write: (line) => void lines.push(line) } })
  const clock = new LeapingClock()
  const tell = errorTeller(log, clock, 'the queue reports an error')
  for (let second = 0; second < 90; second++) {
    tell(new Error('ECONNREFUSED'))
    if (second === 10) tell(new Error('OOM'))
    clock.leap(1000)
  }
  expect(lines.map((line) => /ECONNREFUSED|OOM/.exec(line)?.[0])).toEqual(['ECONNREFUSED', 'OOM', 'ECONNREFUSED'])
})

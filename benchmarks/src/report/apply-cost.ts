/** What an apply costs Redis's thread: a call by itself, and each row in it, from calls of few rows and of many. */
import type { MicroResult } from '../micro/micro-result.ts'

export interface ApplyCost {
  /** Of rows that exist, 1,000 a call; of that, in the kernel. */
  readonly usEach: number
  readonly systemUsEach: number
  readonly usACall: number
  readonly usARow: number
}

/** Undefined where it was not measured. */
export function applyCost(results: readonly MicroResult[]): ApplyCost | undefined {
  const of = (callRows: string) =>
    results.find(({ operation, detail }) => {
      return operation === 'apply' && detail === `sessions, rows that exist, ${callRows} a call`
    })
  const [one, thousand, most] = [of('1'), of('1,000'), of('5,000')]
  if (one?.redisCpuUsEach === undefined || thousand?.redisCpuUsEach === undefined) return undefined
  const usARow = most?.redisCpuUsEach ?? thousand.redisCpuUsEach
  return {
    usEach: thousand.redisCpuUsEach,
    systemUsEach: thousand.redisSystemUsEach ?? 0,
    usACall: one.redisCpuUsEach - usARow,
    usARow,
  }
}

/** What an apply costs Redis's thread: a call by itself, and each row in it, from calls of few rows and of many. */
import type { MicroResult } from '../micro/micro-result.ts'

export interface ApplyCost {
  /** Of rows that exist, 1,000 a call; of that, in the kernel. */
  readonly usEach: number
  readonly systemUsEach: number
  readonly usACall: number
  readonly usARow: number
}

const ROWS_MAX = 5000

/** Undefined where it was not measured. */
export function applyCost(results: readonly MicroResult[]): ApplyCost | undefined {
  const [one, thousand, most] = ['1', '1,000', '5,000'].map((callRows) => findApply(results, callRows))
  const [ofOne, ofThousand, ofMost] = [one, thousand, most].map((result) => result?.redisCpuUsEach)
  if (ofOne === undefined || ofThousand === undefined || ofMost === undefined) return undefined
  // The line through the smallest call and the largest.
  const usARow = (ROWS_MAX * ofMost - ofOne) / (ROWS_MAX - 1)
  return {
    usEach: ofThousand,
    systemUsEach: thousand?.redisSystemUsEach ?? 0,
    usACall: ofOne - usARow,
    usARow,
  }
}

/** Of rows that exist, so many a call. */
export function findApply(results: readonly MicroResult[], callRows: string): MicroResult | undefined {
  const detail = `sessions, rows that exist, ${callRows} a call`
  return results.find((result) => result.operation === 'apply' && result.detail === detail)
}

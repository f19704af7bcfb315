/** Values to places along an axis, in equal steps or in equal ratios, and where its marks stand. */
export interface Axis {
  place(value: number): number
  readonly marks: readonly number[]
}

const MARKS_WISHED = 5

/** Of powers of ten, so that orders of magnitude can be told apart. */
export function logAxis(values: readonly number[], from: number, to: number): Axis {
  const positive = values.filter((value) => value > 0)
  const lowest = Math.floor(Math.log10(Math.min(...positive)))
  const highest = Math.max(lowest + 1, Math.ceil(Math.log10(Math.max(...positive))))
  const marks = Array.from({ length: highest - lowest + 1 }, (_, index) => 10 ** (lowest + index))
  const span = highest - lowest
  return { marks, place: (value) => from + ((Math.log10(value) - lowest) / span) * (to - from) }
}

/** From 0. */
export function linearAxis(values: readonly number[], from: number, to: number): Axis {
  const largest = Math.max(...values, Number.MIN_VALUE)
  const rawStep = largest / MARKS_WISHED
  const power = 10 ** Math.floor(Math.log10(rawStep))
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rawStep) ?? 10) * power
  const count = Math.ceil(largest / step)
  const marks = Array.from({ length: count + 1 }, (_, index) => index * step)
  return { marks, place: (value) => from + (value / (count * step)) * (to - from) }
}

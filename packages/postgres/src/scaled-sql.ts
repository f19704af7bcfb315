/** Scaled integers to NUMERIC in units. */

/** A product with 0.0001 keeps every digit; a division by 10000 would round where NUMERIC has 16 of them. */
export function scaled(value: string, digits: number): string {
  return digits === 0 ? `${value}::numeric` : `${value} * 0.${'1'.padStart(digits, '0')}`
}

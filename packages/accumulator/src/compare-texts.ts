/** The order of texts by their UTF-8 bytes, as PostgreSQL's collation "C" has it. */

/** Negative, zero or positive. JavaScript's own order differs where one text has a surrogate pair. */
export function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const [x, y] = [a.charCodeAt(index), b.charCodeAt(index)]
    if (x !== y) return rankOf(x) - rankOf(y)
  }
  return a.length - b.length
}

/** Surrogates, which stand for code points above all others, after the units that come after them. */
function rankOf(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}

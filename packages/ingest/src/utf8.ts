/**
 * Body bytes to text. Bytes that are no UTF-8 are refused, not replaced: two broken symbols that both became U+FFFD would
 * share a row.
 */
import { isUtf8 } from 'node:buffer'
import { unreadable } from './body-error.ts'

const BYTE_ORDER_MARK = '\uFEFF'
const REPLACEMENT = '\uFFFD'
const REPLACEMENT_BYTES = Buffer.from(REPLACEMENT)

/** The text without a byte order mark. Throws a BodyError that names the first byte which is no UTF-8. */
export function decodeUtf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw unreadable(`the body is not valid UTF-8 at byte ${firstBadByte(bytes)}`)
  const text = bytes.toString('utf8')
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
}

/** Where the lenient decoder put a U+FFFD that the sender did not write. */
function firstBadByte(bytes: Buffer): number {
  const text = bytes.toString('utf8')
  let character = 0
  let byte = 0
  for (;;) {
    const found = text.indexOf(REPLACEMENT, character)
    if (found < 0) return byte
    byte += Buffer.byteLength(text.slice(character, found))
    if (!bytes.subarray(byte, byte + REPLACEMENT_BYTES.length).equals(REPLACEMENT_BYTES)) return byte
    character = found + 1
    byte += REPLACEMENT_BYTES.length
  }
}

/**
 * Which shard a key, or a producer's home, belongs to: FNV-1a (32 bits) over its UTF-8 bytes, mixed by MurmurHash3's
 * finalizer, modulo the shard count. The finalizer is needed: the low bits of FNV-1a depend on the low bits of the text
 * alone, and three of four well-known symbols met in one shard of 16. The function is part of the layout.
 */
const encoder = new TextEncoder()
const OFFSET = 0x811c9dc5
const PRIME = 0x01000193

export function shardOf(text: string, shards: number): number {
  let hash = hashOfAscii(text) ?? hashOf(encoder.encode(text))
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) % shards
}

/** Without the bytes: most keys are ASCII. Undefined for others. */
function hashOfAscii(text: string): number | undefined {
  let hash = OFFSET
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code > 127) return undefined
    hash = Math.imul(hash ^ code, PRIME)
  }
  return hash
}

function hashOf(bytes: Uint8Array): number {
  let hash = OFFSET
  for (const byte of bytes) hash = Math.imul(hash ^ byte, PRIME)
  return hash
}

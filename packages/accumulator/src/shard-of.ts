/**
 * Which shard a key, or a producer's home, belongs to: FNV-1a (32 bits) over its UTF-8 bytes, mixed by MurmurHash3's
 * finalizer, modulo the shard count. The finalizer is needed: the low bits of FNV-1a depend on the low bits of the text
 * alone, and three of four well-known symbols met in one shard of 16. The function is part of the layout.
 */
const encoder = new TextEncoder()

export function shardOf(text: string, shards: number): number {
  let hash = 0x811c9dc5
  for (const byte of encoder.encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) % shards
}

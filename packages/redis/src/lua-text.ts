/** Small helpers of whatever writes Lua: string literals that hold any bytes. */

export function luaString(bytes: Uint8Array | string): string {
  const escaped = [...Buffer.from(bytes)].map((byte) => {
    const isPlain = byte >= 0x20 && byte < 0x7f && byte !== 0x27 && byte !== 0x5c
    return isPlain ? String.fromCharCode(byte) : `\\${String(byte).padStart(3, '0')}`
  })
  return `'${escaped.join('')}'`
}

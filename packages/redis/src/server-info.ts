/** The text of INFO, and what Weir reads in it. */

export type ServerInfo = ReadonlyMap<string, string>

export function parseInfo(text: string): ServerInfo {
  const lines = text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1)]
    }),
  )
}

export type VersionCheck =
  | { readonly kind: 'suitable'; readonly server: 'Redis' | 'Valkey'; readonly version: string }
  | { readonly kind: 'unsuitable'; readonly reason: string }

/** The first with script flags: a full Redis must still let the sync drain it. */
const REDIS_MAJOR_MIN = 7

/** Valkey tells the Redis version that it is compatible with, too. */
export function checkRedisVersion(infoText: string): VersionCheck {
  const info = parseInfo(infoText)
  const valkey = info.get('valkey_version')
  const redis = info.get('redis_version')
  if (valkey !== undefined) return { kind: 'suitable', server: 'Valkey', version: valkey }
  if (redis !== undefined && Number(redis.split('.')[0]) >= REDIS_MAJOR_MIN) {
    return { kind: 'suitable', server: 'Redis', version: redis }
  }
  const found = redis === undefined ? 'no Redis or Valkey' : `Redis ${redis}`
  return { kind: 'unsuitable', reason: `the server is ${found}; Weir needs Redis 7.0 or newer, or Valkey` }
}

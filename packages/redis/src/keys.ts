/**
 * Every key of Weir in Redis, built here and nowhere else. All keys of a shard carry one hash tag: one slot, one
 * script.
 */

export interface ShardKeys {
  readonly meta: string
  readonly marks: string
  readonly lanes: string
  readonly periods: string
  dirty(accumulator: string): string
  /** Why rows are in quarantine: `period:key NUL origin` -> what PostgreSQL said, and when. */
  quarantine(accumulator: string): string
  /** Index of the rows set aside: `period:key` -> their origins. */
  aside(accumulator: string): string
  rows(accumulator: string, period: number): string
  /** What the keys of all periods' rows begin with, for scripts that find periods in the dirty set. */
  rowsPrefix(accumulator: string): string
  once(name: string): string
  idempotency(key: string): string
}

export interface RedisKeys {
  shard(shard: number): ShardKeys
  /** The layout as text, for the message that names a difference. Of no shard. */
  readonly layout: string
}

export function redisKeys(keyPrefix: string): RedisKeys {
  return {
    layout: `${keyPrefix}:layout`,
    shard: (shard) => shardKeys(`{${keyPrefix}:${shard}}:`),
  }
}

function shardKeys(tag: string): ShardKeys {
  const rowsPrefix = (accumulator: string) => `${tag}rows:${accumulator}:`
  return {
    meta: `${tag}meta`,
    marks: `${tag}marks`,
    lanes: `${tag}lanes`,
    periods: `${tag}periods`,
    dirty: (accumulator) => `${tag}dirty:${accumulator}`,
    quarantine: (accumulator) => `${tag}quarantine:${accumulator}`,
    aside: (accumulator) => `${tag}aside:${accumulator}`,
    rows: (accumulator, period) => `${rowsPrefix(accumulator)}${period}`,
    rowsPrefix,
    once: (name) => `${tag}once:${name}`,
    idempotency: (key) => `${tag}key:${key}`,
  }
}

/** The field of a period's record; a record set aside carries its origin. */
export function periodField(accumulator: string, period: number, asideOrigin?: string): string {
  return `${accumulator}:${period}${asideOrigin === undefined ? '' : `:${asideOrigin}`}`
}

/**
 * The part of Redis that Weir uses, in memory: the same keys with the same content as the real one, so that a test can
 * hold one dump to the other, and a simulation can lose, copy and roll back a whole server.
 */

/** Rows are packed bytes, everything else is text. */
export type StoredValue = string | Buffer

export interface ExpiringText {
  readonly text: string
  readonly expiresAtUs: number
}

export class MemoryRedis {
  readonly #hashes = new Map<string, Map<string, StoredValue>>()
  readonly #sortedSets = new Map<string, Map<string, number>>()
  readonly texts = new Map<string, ExpiringText>()
  /** Changes when the process starts. */
  runId: string
  /** Changes when a replica is promoted. */
  replicationId: string
  delayedFsyncs = 0

  constructor(runId: string, replicationId: string) {
    this.runId = runId
    this.replicationId = replicationId
  }

  hash(key: string): Map<string, StoredValue> {
    return getOrCreate(this.#hashes, key)
  }

  sortedSet(key: string): Map<string, number> {
    return getOrCreate(this.#sortedSets, key)
  }

  delete(key: string): void {
    this.#hashes.delete(key)
    this.#sortedSets.delete(key)
    this.texts.delete(key)
  }

  /** FLUSHALL: the process, and so the run id, stays. */
  wipe(): void {
    for (const key of this.keys()) this.delete(key)
  }

  /** Another server with the same data: an older backup, a replica, a second master. */
  clone(): MemoryRedis {
    const copy = new MemoryRedis(this.runId, this.replicationId)
    copy.delayedFsyncs = this.delayedFsyncs
    for (const [key, fields] of this.#hashes) copy.#hashes.set(key, new Map(fields))
    for (const [key, members] of this.#sortedSets) copy.#sortedSets.set(key, new Map(members))
    for (const [key, text] of this.texts) copy.texts.set(key, text)
    return copy
  }

  /** Keys that have content, as Redis has it: an empty hash is none. */
  keys(): string[] {
    const filled = [...this.#hashes, ...this.#sortedSets].filter(([, content]) => content.size > 0).map(([key]) => key)
    return [...filled, ...this.texts.keys()]
  }
}

/** Members by score, at equal scores by bytes: Redis's order. */
export function byScore(members: ReadonlyMap<string, number>): string[] {
  return [...members]
    .sort(([a, scoreA], [b, scoreB]) => scoreA - scoreB || Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([member]) => member)
}

function getOrCreate<Content>(contents: Map<string, Map<string, Content>>, key: string): Map<string, Content> {
  const found = contents.get(key)
  if (found !== undefined) return found
  const created = new Map<string, Content>()
  contents.set(key, created)
  return created
}

/** A column of texts that repeat: each is held once, and the column holds its id. Folding and sharding go by id. */

export class TextColumn {
  /** By id. */
  readonly values: string[] = []
  /** By index; valid below the count of the batch. */
  ids: Int32Array
  readonly #idOf = new Map<string, number>()

  constructor(capacity: number) {
    this.ids = new Int32Array(capacity)
  }

  at(index: number): string {
    return this.values[this.ids[index] as number] as string
  }

  /** The id of a text that is in this column already. */
  known(text: string): number | undefined {
    return this.#idOf.get(text)
  }

  /** The id of a text in this column. */
  idOf(text: string): number {
    const known = this.#idOf.get(text)
    if (known !== undefined) return known
    const id = this.values.push(text) - 1
    this.#idOf.set(text, id)
    return id
  }

  grow(capacity: number): void {
    const ids = new Int32Array(capacity)
    ids.set(this.ids)
    this.ids = ids
  }
}

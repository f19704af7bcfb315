/** A column of texts that repeat: each is held once, and the column holds its id. Folding and sharding go by id. */

export class TextColumn {
  /** By id. */
  readonly values: string[] = []
  /** By index; valid below the count of the batch. */
  ids: Int32Array
  /** Made when a text is first looked up: who knows the ids otherwise needs none. */
  #idOf: Map<string, number> | undefined

  constructor(ids: Int32Array) {
    this.ids = ids
  }

  at(index: number): string {
    return this.values[this.ids[index] as number] as string
  }

  /** The id of a text in this column. */
  idOf(text: string): number {
    this.#idOf ??= new Map(this.values.map((value, id) => [value, id]))
    const known = this.#idOf.get(text)
    return known ?? this.add(text)
  }

  /** Gives an id to a text that is not in this column yet. */
  add(text: string): number {
    const id = this.values.push(text) - 1
    this.#idOf?.set(text, id)
    return id
  }
}

/**
 * Memory for arrays that live no longer than one fold, and that the next takes again. Fresh ones for each shard of each request
 * would lie about in the memory of a busy pod until they are collected: tens of megabytes.
 */
const DOUBLES_START = 16 * 1024
/** 8 MB; what does not fit has memory of its own. */
const DOUBLES_MAX = 1024 * 1024

class Scratch {
  #memory = new Float64Array(DOUBLES_START)
  #used = 0

  /** All arrays that were given out are free. */
  reset(): void {
    this.#used = 0
  }

  /** With anything in it. */
  doubles(length: number): Float64Array {
    const from = this.#take(length)
    return from < 0 ? new Float64Array(length) : this.#memory.subarray(from, from + length)
  }

  integers(length: number, value: number): Int32Array {
    const from = this.#take(Math.ceil(length / 2))
    if (from < 0) return new Int32Array(length).fill(value)
    return new Int32Array(this.#memory.buffer, from * Float64Array.BYTES_PER_ELEMENT, length).fill(value)
  }

  /** Negative where it does not fit. Larger memory takes the place of the present one, whose arrays stay as they are. */
  #take(doubles: number): number {
    if (this.#used + doubles > this.#memory.length) {
      if (this.#used + doubles > DOUBLES_MAX) return -1
      this.#memory = new Float64Array(Math.min(DOUBLES_MAX, 2 * Math.max(this.#memory.length, this.#used + doubles)))
    }
    const from = this.#used
    this.#used += doubles
    return from
  }
}

/** Of the one fold that runs at a time. */
export const foldScratch = new Scratch()

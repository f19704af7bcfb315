/**
 * Collects the bytes of a body in memory that the next body uses again: fresh pages for each, and the pieces of all that wait to
 * be collected, would be most of a busy pod's memory.
 */
import type { Readable } from 'node:stream'
import { errorCodes } from 'fastify'

const BYTES_MIN = 64 * 1024
/** What is kept: 8 MiB at most. Larger bodies, and more at once, have memory of their own. */
const KEPT_BYTES_MAX = 1024 * 1024
const KEPT_MAX = 8

/** Memory for bodies, each used by one at a time. */
export class BodyMemory {
  readonly #free: Buffer[] = []

  take(bytes: number): Buffer {
    const at = this.#free.findIndex(({ length }) => length >= bytes)
    const [found] = at < 0 ? [] : this.#free.splice(at, 1)
    return found ?? Buffer.allocUnsafeSlow(Math.max(BYTES_MIN, 2 ** Math.ceil(Math.log2(bytes))))
  }

  /** The memory of which these bytes are a part is free: nobody reads them any more. */
  release(bytes: Buffer): void {
    const memory = Buffer.from(bytes.buffer)
    if (memory.length >= BYTES_MIN && memory.length <= KEPT_BYTES_MAX && this.#free.length < KEPT_MAX)
      this.#free.push(memory)
  }
}

export interface BodyLength {
  /** As its header says; undefined where it has none. */
  readonly bytes: number | undefined
  readonly bytesMax: number
}

/** Rejects with Fastify's errors where the body is too large or breaks off. */
export function readBody(body: Readable, { bytes, bytesMax }: BodyLength, memory: BodyMemory): Promise<Buffer> {
  if (bytes !== undefined && bytes > bytesMax) return Promise.reject(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE())
  return new Promise((resolve, reject) => {
    let held = memory.take(bytes ?? BYTES_MIN)
    let length = 0
    const stop = (): void => {
      body.off('data', onData).off('end', onEnd).off('error', onError)
    }
    function onData(chunk: Buffer): void {
      if (length + chunk.length > bytesMax) {
        stop()
        reject(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE())
        return
      }
      if (length + chunk.length > held.length) {
        const larger = memory.take(Math.max(2 * held.length, length + chunk.length))
        held.copy(larger, 0, 0, length)
        memory.release(held)
        held = larger
      }
      held.set(chunk, length)
      length += chunk.length
    }
    function onEnd(): void {
      stop()
      if (bytes !== undefined && bytes !== length) reject(new errorCodes.FST_ERR_CTP_INVALID_CONTENT_LENGTH())
      else resolve(held.subarray(0, length))
    }
    function onError(error: Error): void {
      stop()
      reject(Object.assign(error, { statusCode: 400 }))
    }
    body.on('data', onData).on('end', onEnd).on('error', onError)
  })
}

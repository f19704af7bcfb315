/** Bounds the bytes of all bodies that are being read or wait: many large requests at once must not fill the pod's memory. */
import { HttpError } from '@weir/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { IngestLimits } from './ingest-limits.ts'

export class BodyBudget {
  readonly #limits: Pick<IngestLimits, 'bodyBytesMax' | 'bodyBytesPendingMax'>
  #bytes = 0

  constructor(limits: Pick<IngestLimits, 'bodyBytesMax' | 'bodyBytesPendingMax'>) {
    this.#limits = limits
  }

  /** An `onRequest` hook: sets a body's bytes aside until its connection or answer is done. */
  readonly reserve = async (request: FastifyRequest, response: FastifyReply): Promise<void> => {
    const { bodyBytesMax, bodyBytesPendingMax } = this.#limits
    const length = request.headers['content-length']
    const encoding = request.headers['content-encoding']
    // Of a body that is chunked or compressed, the size is only known to be within the limit.
    const bytes =
      length === undefined || encoding !== undefined ? bodyBytesMax : Math.min(Number(length) || 0, bodyBytesMax)
    if (this.#bytes > 0 && this.#bytes + bytes > bodyBytesPendingMax) {
      throw new HttpError(503, 'WEIR_BUSY', 'too many bodies are being read; send the request again later', {
        headers: { 'retry-after': '1' },
      })
    }
    this.#bytes += bytes
    response.raw.once('close', () => {
      this.#bytes -= bytes
    })
  }
}

/** `GET /v1/producers/NAME`: where a producer stands, so that a source knows from which tick to go on. */
import { StoreError } from '@weir/accumulator'
import { HttpError, requireRole } from '@weir/service'
import type { FastifyInstance } from 'fastify'
import type { Ingest } from './create-ingest.ts'
import { isProducerName } from './ingest-request.ts'

export function addProducersRoute(app: FastifyInstance, ingest: Pick<Ingest, 'producerMark'>): void {
  app.get<{ Params: { name: string } }>(
    '/v1/producers/:name',
    { onRequest: requireRole('ingest') },
    async (request) => {
      const producer = request.params.name
      if (!isProducerName(producer))
        throw new HttpError(400, 'WEIR_PRODUCER_INVALID', 'a producer has 1 to 128 printable ASCII characters')
      const mark = await readMark(ingest, producer)
      return { producer, mark, next: mark + 1 }
    },
  )
}

async function readMark(ingest: Pick<Ingest, 'producerMark'>, producer: string): Promise<number> {
  try {
    return await ingest.producerMark(producer)
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    throw new HttpError(503, error.code, error.message, { headers: { 'retry-after': '1' }, cause: error })
  }
}

/** Bull Board at /queues: jobs, schedulers and their failures, to look at and not to touch. */
import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { FastifyAdapter } from '@bull-board/fastify'
import { HttpError, type HttpServer, requireRole } from '@weir/service'
import type { SyncQueue } from '@weir/sync'

const BASE_PATH = '/queues'
const READING_METHODS = ['GET', 'HEAD']

export function addBullBoard(app: HttpServer['app'], queue: SyncQueue): void {
  const adapter = new FastifyAdapter().setBasePath(BASE_PATH)
  createBullBoard({
    queues: [new BullMQAdapter(queue, { readOnlyMode: true })],
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: 'Weir' } },
  })
  app.register(
    async (board) => {
      board.addHook('onRequest', requireRole('read'))
      // Read-only is a setting of each queue in Bull Board; here it holds for whatever routes it adds.
      board.addHook('onRequest', async ({ method }) => {
        if (!READING_METHODS.includes(method))
          throw new HttpError(405, 'WEIR_METHOD_NOT_ALLOWED', 'the queues can only be read here')
      })
      await board.register(adapter.registerPlugin(), { prefix: '' })
    },
    { prefix: BASE_PATH },
  )
}

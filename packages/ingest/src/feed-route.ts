/** A route that takes events: headers and body of one request to `submit`, and its answer back to a status and JSON. */
import type { IncomingMessage } from 'node:http'
import { ColumnMemory } from '@weir/accumulator'
import { HttpError, requireRole } from '@weir/service'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { BodyBudget } from './body-budget.ts'
import { BodyError } from './body-error.ts'
import { ACCEPTED_TYPES, type BodyFormat, formatOf, isGzip } from './body-format.ts'
import type { Ingest } from './create-ingest.ts'
import { toReply } from './http-answer.ts'
import { inflate } from './inflate.ts'
import type { IngestLimits } from './ingest-limits.ts'
import type { IngestRequest } from './ingest-request.ts'
import { BodyMemory, readBody } from './read-body.ts'
import { readToken, type TokenHeaders } from './request-token.ts'
import type { TickBatch } from './tick-batch.ts'

export interface FeedRoute {
  readonly path: string
  /** Throws a BodyError; an HttpError where the path names nothing that can be fed. `memory`: for the columns. */
  readonly decode: (bytes: Buffer, format: BodyFormat, request: FastifyRequest, memory: ColumnMemory) => TickBatch
}

export interface FeedRouteOptions {
  readonly ingest: Pick<Ingest, 'submit'>
  readonly limits: Pick<IngestLimits, 'bodyBytesMax' | 'bodyBytesPendingMax'>
}

/** All routes share one budget for the bodies that are being taken. */
export function addFeedRoutes(app: FastifyInstance, routes: readonly FeedRoute[], options: FeedRouteOptions): void {
  const budget = new BodyBudget(options.limits)
  const memory = new BodyMemory()
  const columns = new ColumnMemory()
  app.removeAllContentTypeParsers()
  // Bodies arrive as bytes, whatever their type; which types are read is decided here, with a message that says so.
  app.addContentTypeParser('*', (request: FastifyRequest, body: IncomingMessage) => {
    return readBody(body, { bytes: lengthOf(request), bytesMax: options.limits.bodyBytesMax }, memory)
  })
  for (const route of routes) {
    app.post(route.path, { onRequest: [requireRole('ingest'), budget.reserve] }, async (request, response) => {
      const read = await readRequest(request, route, options, columns)
      // Its ticks are in columns now. Of a body that was refused, something may still be reading: that one is left alone.
      if (request.body instanceof Buffer) memory.release(request.body)
      const answer = await options.ingest.submit(read)
      // Where the outcome is unknown, the pod may still be at work on it.
      if (answer.kind !== 'unknown') read.batch.events.release()
      const { status, headers, body } = toReply(answer)
      return response.code(status).headers(headers).send(body)
    })
  }
}

async function readRequest(
  request: FastifyRequest,
  { decode }: FeedRoute,
  { limits }: FeedRouteOptions,
  columns: ColumnMemory,
): Promise<IngestRequest> {
  const { headers } = request
  const sent = request.body instanceof Buffer ? request.body : Buffer.alloc(0)
  const path = request.url.split('?', 1)[0] as string
  const strict = readStrict(request.query as Record<string, unknown>)
  const format = readFormat(headers['content-type'], sent.length)
  const gzip = isGzip(headers['content-encoding'])
  if (gzip === undefined)
    throw unsupported(`the content-encoding ${headers['content-encoding']} is not taken here; send gzip or none`)
  try {
    const bytes = gzip && sent.length > 0 ? await inflate(sent, limits.bodyBytesMax) : sent
    const batch = decode(bytes, format, request, columns)
    const token = readToken(headers as TokenHeaders, batch.ticks, { path, format, strict, bytes })
    return { batch, token, strict }
  } catch (error) {
    if (!(error instanceof BodyError)) throw error
    throw new HttpError(error.code === 'WEIR_BODY_TOO_LARGE' ? 413 : 400, error.code, error.message, { cause: error })
  }
}

function lengthOf({ headers }: FastifyRequest): number | undefined {
  const length = headers['content-length']
  return length === undefined ? undefined : Number(length)
}

/** An empty body needs no type. */
function readFormat(contentType: string | undefined, bytes: number): BodyFormat {
  const format = contentType === undefined && bytes === 0 ? 'json' : formatOf(contentType)
  if (format !== undefined) return format
  throw unsupported(
    `the content-type ${contentType ?? '(none)'} is not taken here; send ${ACCEPTED_TYPES.join(', ')}, in UTF-8`,
  )
}

function readStrict({ strict }: Record<string, unknown>): boolean {
  if (strict === undefined || strict === 'false') return false
  if (strict === 'true') return true
  throw new HttpError(400, 'WEIR_QUERY_INVALID', 'strict is true or false')
}

function unsupported(message: string): HttpError {
  const accepted = ACCEPTED_TYPES.join(', ')
  return new HttpError(415, 'WEIR_MEDIA_TYPE_UNSUPPORTED', message, {
    details: { accepted: ACCEPTED_TYPES },
    headers: { 'accept-post': accepted, 'accept-encoding': 'gzip, identity' },
  })
}

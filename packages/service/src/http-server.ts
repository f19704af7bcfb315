/** The HTTP server of every Weir process: health routes, access, errors in one shape, limits. */
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { guardAccess, isLoopback, requireRole } from './access.ts'
import { ConfigError } from './config.ts'
import { errorBody, HttpError, toHttpError } from './http-error.ts'
import { type ListenAddress, listen } from './listen.ts'
import type { Logger } from './logger.ts'
import { METRICS_TYPE, metricsText } from './metrics-text.ts'
import { recordMethods } from './route-methods.ts'
import type { RoleToken } from './setting-schemas.ts'

export interface HttpServerOptions extends ListenAddress {
  readonly log: Logger
  readonly settingPrefix: 'INGEST' | 'DASHBOARD'
  /** Needed as soon as the host is not loopback; checked wherever there are any. */
  readonly tokens: readonly RoleToken[]
  readonly bodyLimitBytes: number
  /** The object that GET /health answers. */
  readonly health: () => object | Promise<object>
  /** Why no work should be sent here, for GET /readyz; empty when ready. */
  readonly notReady?: () => readonly string[] | Promise<readonly string[]>
}

export interface HttpServer {
  /** For further routes, before `listen`. Every route needs a token where there are any; roles by `requireRole`. */
  readonly app: FastifyInstance
  /** Opens the port; gives the URL. Throws `ListenError`. */
  listen(): Promise<string>
  /** Answers 503 from now on; resolves when what is in flight is answered. Idempotent, and legal before `listen`. */
  close(): Promise<void>
}

const OPEN_ROUTES = ['/livez', '/readyz']
/** How long a client may take to send a request: 16 MiB in this time is 2 Mbit/s. */
const REQUEST_TIMEOUT_MS = 60_000
const PARAMETER_LENGTH_MAX = 256

/** Throws `ConfigError` where the host is not loopback and there are no tokens. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { host, settingPrefix, tokens } = options
  if (tokens.length === 0 && !isLoopback(host)) {
    const problem = `is ${JSON.stringify(host)}, which others can reach; set WEIR_TOKENS too, or listen on 127.0.0.1`
    throw new ConfigError([{ name: `${settingPrefix}_HOST`, problem }])
  }
  let closing: Promise<void> | undefined
  const isStopping = () => closing !== undefined
  const app = createApp(options)
  const methodsOf = recordMethods(app)
  guardAccess(app, tokens, OPEN_ROUTES)
  app.addHook('onRequest', async (request) => {
    if (isStopping() && !OPEN_ROUTES.includes(request.routeOptions.url ?? '')) throw stoppingError()
  })
  app.addHook('onSend', async (_request, response) => {
    // A client that is told so opens a new connection, to another pod, instead of losing its next request on this one.
    if (isStopping()) void response.header('connection', 'close')
  })
  app.setErrorHandler(reply)
  app.setNotFoundHandler((request, response) => reply(notFoundError(request, methodsOf), request, response))
  addHealthRoutes(app, options, isStopping)
  return {
    app,
    listen: () => listen(app, options),
    close: () => (closing ??= app.close()),
  }
}

function createApp({ bodyLimitBytes, log }: HttpServerOptions): FastifyInstance {
  return Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyLimitBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: PARAMETER_LENGTH_MAX },
    // Our own hook answers the 503, in the shape of all errors.
    return503OnClosing: false,
    frameworkErrors: reply,
  })
}

function addHealthRoutes(app: FastifyInstance, options: HttpServerOptions, isStopping: () => boolean): void {
  app.get('/livez', async () => ({ status: 'alive' }))
  app.get('/readyz', async (_request, response) => {
    const reasons = isStopping() ? ['stopping'] : ((await options.notReady?.()) ?? [])
    if (reasons.length === 0) return { status: 'ready' }
    return response.code(503).send({ status: 'not ready', reasons })
  })
  app.get('/health', { onRequest: requireRole('read') }, async () => options.health())
  app.get('/metrics', { onRequest: requireRole('read') }, async (_request, response) => {
    const part = options.settingPrefix === 'INGEST' ? 'ingest' : 'sync'
    return response.type(METRICS_TYPE).send(metricsText(part, await options.health()))
  })
}

function reply(error: FastifyError | HttpError, request: FastifyRequest, response: FastifyReply): void {
  const told = toHttpError(error)
  if (told.statusCode === 500)
    request.log.error({ err: error, method: request.method, url: request.url }, 'a request failed')
  void response.code(told.statusCode).headers(told.headers).send(errorBody(told))
}

function notFoundError(request: FastifyRequest, methodsOf: (path: string) => readonly string[]): HttpError {
  const path = request.url.split('?', 1)[0] ?? ''
  const methods = methodsOf(path)
  if (methods.length === 0) return new HttpError(404, 'WEIR_NOT_FOUND', `there is nothing at ${path}`)
  const allow = methods.join(', ')
  return new HttpError(405, 'WEIR_METHOD_NOT_ALLOWED', `${path} takes ${allow}, not ${request.method}`, {
    headers: { allow },
  })
}

function stoppingError(): HttpError {
  return new HttpError(503, 'WEIR_STOPPING', 'this server is stopping; send the request again', {
    headers: { 'retry-after': '1' },
  })
}

/** Ingestion over HTTP: the routes, health and readiness around `createIngest`, and the order of a graceful stop. */
import { createHttpServer, type HttpServerOptions, type Service } from '@weir/service'
import { createIngest, type IngestOptions } from './create-ingest.ts'
import { addFeedRoutes } from './feed-route.ts'
import { feedRoutes } from './feeds.ts'
import { describeHealth, type HotStoreFacts } from './health.ts'
import { type LiveStores, liveDeps } from './live/live-deps.ts'
import { addLiveRoutes } from './live/live-routes.ts'
import { addProducersRoute } from './producers-route.ts'
import { settledWithin } from './settled-within.ts'

export interface IngestServerOptions extends IngestOptions, Pick<HttpServerOptions, 'host' | 'port' | 'tokens'> {
  /** Asks Redis about itself, for `/health`. */
  readonly facts: () => Promise<HotStoreFacts>
  /** Undefined: there are no routes that read. */
  readonly live?: LiveStores
}

export interface IngestServer extends Service {
  /** Where it listens; undefined before start. */
  readonly url: string | undefined
}

export function createIngestServer(options: IngestServerOptions): IngestServer {
  const { host, port, tokens, log, limits, layout, clock } = options
  const ingest = createIngest(options)
  const http = createHttpServer({
    host,
    port,
    tokens,
    log,
    settingPrefix: 'INGEST',
    bodyLimitBytes: limits.bodyBytesMax,
    health: async () =>
      describeHealth(ingest.health(), ingest.notReady(), await options.facts().catch(() => undefined)),
    notReady: () => ingest.notReady(),
  })
  addFeedRoutes(http.app, feedRoutes(layout), { ingest, limits })
  addProducersRoute(http.app, ingest)
  if (options.live !== undefined) addLiveRoutes(http.app, liveDeps(options.live, options))
  let url: string | undefined

  async function start(): Promise<void> {
    await ingest.start()
    try {
      url = await http.listen()
    } catch (error) {
      await stop()
      throw error
    }
    log.info({ url }, 'taking ticks')
  }

  /** The port stops taking requests; those begun are answered, or cut off after a while; then nothing goes to Redis any more. */
  async function stop(): Promise<void> {
    const closed = http.close()
    await settledWithin(closed, limits.stopTimeoutMs, clock)
    await ingest.stop()
    await closed
  }

  return {
    name: 'ingest',
    start,
    stop,
    get url() {
      return url
    },
  }
}

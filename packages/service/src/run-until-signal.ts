/**
 * A process from start to exit. close-with-grace has the handlers, the time limit and the one `process.exit`; what is
 * here is the order. Signals that mean a fault of the machine (SIGSEGV and the like) are left alone: no handler helps.
 */
import closeWithGrace from 'close-with-grace'
import type { Logger } from './logger.ts'
import type { Service } from './service.ts'

/** A service that can also break by itself while it runs. */
export interface SupervisedService extends Service {
  /** Resolves, to the reason, when the service can no longer do its work. */
  readonly failed?: Promise<Error>
}

export interface RunOptions {
  readonly log: Logger
  /** How long stopping may take before the process exits with code 1. */
  readonly shutdownTimeoutMs: number
}

const SKIPPED: closeWithGrace.AllEvents[] = ['SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGSEGV', 'SIGTRAP', 'SIGUSR2']

/**
 * Starts the services in order, what others need first: servers, sync, ingest, feed. On a signal, or when one fails, stops
 * them in reverse, which is the order of the flow: no new ticks, then what is in flight, then the stores. The exit code is
 * 0 after a signal, and 1 after a failure, a second signal, or when stopping takes too long. Resolves when all have
 * started; where they do not it never does, as the process exits instead.
 */
export async function runUntilSignal(
  services: readonly SupervisedService[],
  { log, shutdownTimeoutMs }: RunOptions,
): Promise<void> {
  const running: Service[] = []
  let isStopping = false
  let failure: Error | undefined
  let starting: Promise<void> = Promise.resolve()

  const grace = closeWithGrace(
    {
      delay: shutdownTimeoutMs,
      logger: log,
      skip: SKIPPED,
      onTimeout: () =>
        log.fatal(
          { shutdownTimeoutMs, unfinished: running.map(({ name }) => name) },
          'stopping took too long; giving up',
        ),
    },
    async ({ err, signal }) => {
      isStopping = true
      failure ??= err
      log.info(
        { signal },
        failure === undefined ? 'stopping; once more stops without waiting' : 'stopping after a failure',
      )
      // A start in flight is let finish, so that a service is never stopped halfway through it.
      await starting
      const faults = await stopInReverse(running, log)
      if (failure !== undefined) throw failure
      if (faults.length > 0) throw new AggregateError(faults, 'not everything could be stopped in order')
    },
  )

  const fail = (error: unknown) => {
    if (isStopping) {
      log.warn({ err: error }, 'failed while stopping')
      return
    }
    failure = error instanceof Error ? error : new Error(String(error))
    grace.close()
  }

  const startAll = async () => {
    for (const service of services) {
      if (isStopping) return
      try {
        await service.start()
      } catch (error) {
        return fail(error)
      }
      running.push(service)
      void service.failed?.then(fail)
      log.debug({ service: service.name }, 'started')
    }
  }
  starting = startAll()
  await starting
  if (isStopping) await new Promise<never>(() => undefined)
}

/** Stops one after the other, the last started first; one that cannot be stopped does not keep the others. */
async function stopInReverse(running: Service[], log: Logger): Promise<unknown[]> {
  const faults: unknown[] = []
  for (let service = running.at(-1); service !== undefined; service = running.at(-1)) {
    try {
      await service.stop()
      log.debug({ service: service.name }, 'stopped')
    } catch (error) {
      log.error({ err: error, service: service.name }, 'a service could not be stopped in order')
      faults.push(error)
    }
    running.pop()
  }
  return faults
}

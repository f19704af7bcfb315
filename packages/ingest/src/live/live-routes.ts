/** `GET /v1/market`, `GET /v1/sessions` and `GET /v1/sessions/SYMBOL`: values as they are now, synced or not. */
import { type Accumulator, assert, type Layout, StoreError } from '@weir/accumulator'
import { HttpError, requireRole } from '@weir/service'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { LIVE_LIMITS, type LiveDeps } from './live-deps.ts'
import { readLimit, readName, readOptionalName, readSession, refuseUnknown } from './live-query.ts'
import { ReadGate } from './read-gate.ts'
import { readMarket } from './read-market.ts'
import { readSessionPage, readSessions } from './read-sessions.ts'
import { formatDate, newestPeriod, readPeriodRecords, type SessionWindows, sessionWindows } from './session-date.ts'

export function addLiveRoutes(app: FastifyInstance, deps: LiveDeps): void {
  const answered = limitReads()
  const guarded = { onRequest: requireRole('read') }
  const sessions = accumulatorOf(deps.layout, 'sessions')
  if (sessions !== undefined) {
    app.get('/v1/sessions', guarded, (request, response) =>
      answered(response, () => answerSessions(deps, sessions, queryOf(request))),
    )
    app.get<{ Params: { symbol: string } }>('/v1/sessions/:symbol', guarded, (request, response) =>
      answered(response, () => answerSession(deps, sessions, request.params.symbol, queryOf(request))),
    )
  }
  const market = accumulatorOf(deps.layout, 'market')
  if (market !== undefined) {
    const windows = windowsOf(market)
    app.get('/v1/market', guarded, (request, response) =>
      answered(response, () => answerMarket(deps, market, windows, queryOf(request))),
    )
  }
}

async function answerSessions(deps: LiveDeps, sessions: Accumulator, query: Query): Promise<object> {
  refuseUnknown(query, ['session', 'limit', 'after'])
  const limit = readLimit(query, { fallback: LIVE_LIMITS.sessionsDefault, max: LIVE_LIMITS.sessionsMax })
  const after = readOptionalName(query['after'], 'after') ?? ''
  const period = await sessionOf(deps, sessions, query)
  const page = await readSessionPage(deps, sessions, { period, after, limit })
  return {
    session_date: formatDate(period),
    ...completeness(page.incomplete),
    sessions: page.sessions.map(({ symbol, values, synced }) => ({ symbol, ...values, synced })),
    next: page.next ?? null,
  }
}

async function answerSession(deps: LiveDeps, sessions: Accumulator, given: string, query: Query): Promise<object> {
  refuseUnknown(query, ['session'])
  const symbol = readName(given, 'symbol')
  const period = await sessionOf(deps, sessions, query)
  const { sessions: found, incomplete } = await readSessions(deps, sessions, period, [symbol])
  const [session] = found
  const sessionDate = formatDate(period)
  if (session !== undefined) {
    const { values, synced } = session
    return { session_date: sessionDate, ...completeness(incomplete), symbol, ...values, synced }
  }
  const message = `${symbol} has no tick in the session of ${sessionDate}`
  if (incomplete.length === 0) throw new HttpError(404, 'WEIR_NOT_FOUND', message)
  throw unavailable('WEIR_STORE_UNREACHABLE', `in Redis, ${message}, and elsewhere it cannot be looked up now`)
}

async function answerMarket(
  deps: LiveDeps,
  market: Accumulator,
  windows: SessionWindows,
  query: Query,
): Promise<object> {
  refuseUnknown(query, ['session', 'limit', 'source'])
  const limit = readLimit(query, { fallback: LIVE_LIMITS.windowsDefault, max: LIVE_LIMITS.windowsMax })
  const source = readOptionalName(query['source'], 'source')
  const given = readSession(query)
  const records = await readPeriodRecords(deps, market)
  const date = given ?? windows.dateOf((await newestPeriod(deps, market, records.flat())) ?? deps.clock.nowMs() / 1000)
  const found = await readMarket(deps, market, records, { ...windows.rangeOf(date), source, limit })
  return { session_date: formatDate(date), ...completeness(found.incomplete), sources: found.sources }
}

async function sessionOf(deps: LiveDeps, sessions: Accumulator, query: Query): Promise<number> {
  const given = readSession(query)
  if (given !== undefined) return given
  const records = await readPeriodRecords(deps, sessions)
  return (await newestPeriod(deps, sessions, records.flat())) ?? sessions.clock.idOf(deps.clock.nowMs() * 1000)
}

type Query = Readonly<Record<string, unknown>>

function queryOf(request: FastifyRequest): Query {
  return request.query as Query
}

function completeness(incomplete: readonly string[]): object {
  return incomplete.length === 0 ? { complete: true } : { complete: false, incomplete }
}

/** Runs a read when it is its turn; a store that fails is a 503. */
function limitReads(): (response: FastifyReply, read: () => Promise<object>) => Promise<object> {
  const gate = new ReadGate(LIVE_LIMITS)
  return async (response, read) => {
    try {
      const answer = await gate.run(read)
      if (answer === undefined) throw unavailable('WEIR_BUSY', 'too many live reads wait; ask again later')
      // It is a value of this moment.
      void response.header('cache-control', 'no-store')
      return answer
    } catch (error) {
      throw error instanceof StoreError ? unavailable(error.code, error.message, error) : error
    }
  }
}

function unavailable(code: string, message: string, cause?: unknown): HttpError {
  return new HttpError(503, code, message, { headers: { 'retry-after': '1' }, cause })
}

function accumulatorOf({ accumulators }: Layout, name: string): Accumulator | undefined {
  return accumulators.find((accumulator) => accumulator.name === name)
}

function windowsOf({ period, view }: Accumulator): SessionWindows {
  assert(period.kind === 'window' && view?.kind === 'market', 'the market has windows, and sessions by its view')
  return sessionWindows({ period }, view.zone)
}

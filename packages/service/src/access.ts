/**
 * Who may call which route. With tokens, every route but the open ones asks for one, and routes ask for roles. Without
 * tokens a server listens on loopback only, and even there refuses what a web page elsewhere could make a browser send.
 */
import { hash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { HttpError } from './http-error.ts'
import type { Role, RoleToken } from './setting-schemas.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The role of the caller's token; `local` without tokens; null where nothing was asked. */
    role: Role | 'local' | null
  }
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?|\[?::ffff:127(?:\.\d{1,3}){3}\]?)$/i
const BEARER = /^Bearer +(\S+) *$/i

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host)
}

/** Adds the check that comes before every route but these. */
export function guardAccess(app: FastifyInstance, tokens: readonly RoleToken[], openRoutes: readonly string[]): void {
  const known = tokens.map(({ role, token }) => ({ role, digest: digest(token) }))
  app.decorateRequest('role', null)
  app.addHook('onRequest', async (request) => {
    if (openRoutes.includes(request.routeOptions.url ?? '')) return
    request.role = known.length === 0 ? localRole(request) : tokenRole(request, known)
  })
}

/** For a route's `onRequest`: lets pass who has the role, `operate` for `read` too, and local callers without tokens. */
export function requireRole(needed: Role): (request: FastifyRequest) => Promise<void> {
  return async ({ role }) => {
    if (role === 'local' || role === needed || (role === 'operate' && needed === 'read')) return
    throw new HttpError(403, 'WEIR_FORBIDDEN', `this needs a token of the role ${needed}`)
  }
}

function tokenRole(request: FastifyRequest, known: readonly { role: Role; digest: Buffer }[]): Role {
  const given = BEARER.exec(request.headers.authorization ?? '')?.[1]
  if (given !== undefined) {
    const givenDigest = digest(given)
    // Digests make all tokens equally long, and every one is compared: the time tells nothing of which was near.
    const matches = known.filter((candidate) => timingSafeEqual(candidate.digest, givenDigest))
    if (matches[0] !== undefined) return matches[0].role
  }
  throw new HttpError(
    401,
    'WEIR_UNAUTHORIZED',
    'this needs a header "Authorization: Bearer TOKEN" with a token of WEIR_TOKENS',
    {
      headers: { 'www-authenticate': 'Bearer' },
    },
  )
}

/** A page of another site gets here by its own name pointed at 127.0.0.1, or by a cross-site form: both show. */
function localRole(request: FastifyRequest): 'local' {
  const { host, origin } = request.headers
  const hostName = host?.replace(/:\d*$/, '')
  const originName = origin === undefined ? undefined : URL.canParse(origin) ? new URL(origin).hostname : ''
  if ([hostName, originName].every((name) => name === undefined || isLoopback(name))) return 'local'
  throw new HttpError(
    403,
    'WEIR_NOT_LOCAL',
    'without WEIR_TOKENS only local callers are served, and this request names another host',
  )
}

function digest(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}

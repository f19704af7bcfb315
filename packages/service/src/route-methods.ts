/** Knows which methods a path has, so that a wrong method is told from a wrong path. */
import type { FastifyInstance } from 'fastify'

/** Records every route added from now on; the result gives the methods of a path, none where no route matches. */
export function recordMethods(app: FastifyInstance): (path: string) => readonly string[] {
  const routes: { readonly segments: readonly string[]; readonly methods: readonly string[] }[] = []
  app.addHook('onRoute', ({ url, method }) => {
    routes.push({ segments: url.split('/'), methods: [method].flat() })
  })
  return (path) => {
    const segments = path.split('/')
    return [
      ...new Set(routes.filter((route) => matches(route.segments, segments)).flatMap((route) => route.methods)),
    ].toSorted()
  }
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  const open = pattern.indexOf('*')
  if (open === -1 ? pattern.length !== segments.length : segments.length < open) return false
  const fixed = open === -1 ? pattern : pattern.slice(0, open)
  return fixed.every((part, index) => part.startsWith(':') || part === segments[index])
}

/** What one operation costs by itself. */
import type { Figures } from '../publication.ts'
import { markdownTable, rough, whole } from './format.ts'

export function operationsSection({ micro }: Figures): string {
  if (micro === undefined) return ''
  const rows = micro.results.map(({ operation, detail, unit, usEach, redisCpuUsEach }) => {
    return [`${operation}: ${detail}`, unit, rough(usEach), redisCpuUsEach === undefined ? '' : rough(redisCpuUsEach)]
  })
  const { rows: count, cleanBytesEach, dirtyBytesEach } = micro.memory
  const memory = `With ${whole(count)} rows of \`sessions\` in it, Redis takes ${whole(dirtyBytesEach)} bytes a row that is dirty, ${whole(cleanBytesEach)} once it is synced.`
  const words =
    'One after another, each call waited for; "apply" to "acknowledge" include the way to the server and back.'
  return `## What one operation costs\n\n${words}\n\n${markdownTable(['operation', 'of a', 'µs', "of Redis's thread"], rows)}\n${memory}\n`
}

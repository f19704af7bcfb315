/** What one operation costs by itself. */
import type { MicroResult } from '../micro/micro-result.ts'
import type { Figures } from '../publication.ts'
import { findApply } from './apply-cost.ts'
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
  return `## What one operation costs\n\n${words}\n\n${markdownTable(['operation', 'of a', 'µs', "of Redis's thread"], rows)}\n${memory}\n${redisPart(micro.results)}`
}

/** For the operation that is held against a target: which commands of Redis its time goes to. */
function redisPart(results: readonly MicroResult[]): string {
  const apply = findApply(results, '1,000')
  const { redisCpuUsEach, redisSystemUsEach, redisCommands = [] } = apply ?? {}
  const [script, ...inside] = redisCommands
  if (redisCpuUsEach === undefined || redisSystemUsEach === undefined || script === undefined) return ''
  const own = script.usEach - inside.reduce((sum, { usEach }) => sum + usEach, 0)
  const rows = [
    [`\`${script.name}\`: the script itself`, '', rough(own)],
    ...inside.map(({ name, callsEach, usEach }) => [`\`${name}\` in it`, rough(callsEach), rough(usEach)]),
    ['outside of commands: reading, parsing, answering, the file', '', rough(redisCpuUsEach - script.usEach)],
    ['all', '', rough(redisCpuUsEach)],
    ['of that, in the kernel', '', rough(redisSystemUsEach)],
  ]
  const words =
    "Where Redis's thread spends its time on a row that exists, 1,000 a call, by its own `INFO commandstats`:"
  return `\n${words}\n\n${markdownTable(['', 'calls a row', 'µs a row'], rows)}`
}

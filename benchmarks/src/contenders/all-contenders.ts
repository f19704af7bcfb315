/** Every contender by name. */
import { bullmqTick } from './bullmq-tick.ts'
import type { Contender, ContenderDeps } from './contender.ts'
import { hincrby } from './hincrby.ts'
import { luaTick } from './lua-tick.ts'
import { postgresLimit } from './postgres-limit.ts'
import { postgresMerged } from './postgres-merged.ts'
import { postgresTick } from './postgres-tick.ts'
import { python } from './python.ts'
import { redisLimit } from './redis-limit.ts'
import { weirEmbedded } from './weir-embedded.ts'
import { weirHttp } from './weir-http.ts'
import { weirLibrary } from './weir-library.ts'

export const contenders = {
  embedded: weirEmbedded,
  library: weirLibrary,
  http: weirHttp,
  python,
  hincrby,
  'lua-tick': luaTick,
  'bullmq-tick': bullmqTick,
  'postgres-tick': postgresTick,
  'postgres-merged': postgresMerged,
  'redis-limit': redisLimit,
  'postgres-limit': postgresLimit,
} satisfies Record<string, (deps: ContenderDeps) => Contender>

export type ContenderName = keyof typeof contenders

export const contenderNames = Object.keys(contenders) as ContenderName[]

import { startBenchServers } from './servers/bench-servers.ts'
import { runRounds } from './run/rounds.ts'
import { plannedVariants, QUICK, FULL } from './plan.ts'
const only = process.argv[2] ?? '.'
const scale = process.argv[3]==='full' ? {...FULL, rounds:1} : QUICK
await using servers = await startBenchServers((l) => console.error(l))
const results = await runRounds(servers, plannedVariants(scale).filter(v => new RegExp(only).test(v.id)), {...scale, progress: (l) => console.error(l)})
for (const r of results) console.log(r.variant.id, r.failure ?? '', r.runs.map(x => [Math.round(x.perSecond), x.cpuUsEach?.toFixed(2), x.redisCpuUsEach.toFixed(2), x.missing, x.isVolumeRight].join(' ')).join(' | '))

/** A processor profile to the functions that took most of it, by their own time. */
import { globSync, readFileSync } from 'node:fs'
import type { Profiler } from 'node:inspector'
import { join } from 'node:path'
import type { ProfiledFunction } from './messages.ts'

const FUNCTIONS_SHOWN = 15
/** Waiting is no work, and that of the profiler itself is not the program's. */
const NO_WORK = new Set(['(idle)', '(program)', '(root)', 'post'])
const US_PER_MS = 1000

/** `skipMs`: of the beginning, in which a process starts. */
export function topFunctions(profile: Profiler.Profile, skipMs = 0): ProfiledFunction[] {
  const { nodes, samples = [], timeDeltas = [] } = profile
  let elapsedUs = 0
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]))
  const own = new Map<string, { name: string; place: string; us: number }>()
  let total = 0
  samples.forEach((id, index) => {
    const frame = byId.get(id)
    const us = timeDeltas[index] ?? 0
    elapsedUs += us
    if (elapsedUs < skipMs * US_PER_MS || frame === undefined || NO_WORK.has(frame.functionName)) return
    total += us
    const name = frame.functionName === '' ? '(anonymous)' : frame.functionName
    const place = frame.url === '' ? 'Node' : `${shortPath(frame.url)}:${frame.lineNumber + 1}`
    const entry = own.get(`${name} ${place}`) ?? { name, place, us: 0 }
    own.set(`${name} ${place}`, { ...entry, us: entry.us + us })
  })
  return [...own.values()]
    .sort((a, b) => b.us - a.us)
    .slice(0, FUNCTIONS_SHOWN)
    .map(({ name, place, us }) => ({ name, place, share: us / Math.max(1, total) }))
}

/** Of the profiles that processes have left in a folder, the longest: that of the process which did the work. */
export function topFunctionsIn(folder: string, skipMs: number): ProfiledFunction[] {
  const profiles = globSync('*.cpuprofile', { cwd: folder }).map(
    (file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Profiler.Profile,
  )
  const longest = profiles.sort((a, b) => (b.samples?.length ?? 0) - (a.samples?.length ?? 0))[0]
  return longest === undefined ? [] : topFunctions(longest, skipMs)
}

/** Below the repository, or below node_modules. */
function shortPath(url: string): string {
  const path = url.replace(/^file:\/\//, '')
  return /(?:packages|apps|benchmarks|node_modules)\/.*$/.exec(path)?.[0] ?? path
}

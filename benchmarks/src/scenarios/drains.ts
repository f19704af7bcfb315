/**
 * Drains of growing numbers of symbols. The largest several times, in turn with the bare upsert of the same rows, which is what
 * its rate is held against; then once more while a pod takes ticks, which would make the rate another one.
 */
import { bareUpsertVariant } from '../plan.ts'
import type { StepFigures } from '../publication.ts'
import { ContenderChild } from '../run/contender-child.ts'
import { contenderDeps } from '../run/rounds.ts'
import type { Scale } from '../scale.ts'
import type { BenchServers } from '../servers/bench-servers.ts'
import { type Drain, measureDrain } from './drain.ts'

const BARE_SECONDS_MAX = 600

export async function measureDrains(
  servers: BenchServers,
  { drainSymbols, drainRounds }: Pick<Scale, 'drainSymbols' | 'drainRounds'>,
  progress: (line: string) => void,
): Promise<StepFigures> {
  const largest = Math.max(...drainSymbols)
  const drainOf = async (symbols: number, isProbed: boolean): Promise<Drain> => {
    const drain = await measureDrain(servers, symbols, { isProbed })
    progress(`${symbols} symbols into Redis, then into PostgreSQL: ${Math.round(drain.rowsPerSecond)} rows/s`)
    return drain
  }
  const drains: Drain[] = []
  for (const symbols of drainSymbols.filter((count) => count !== largest)) drains.push(await drainOf(symbols, false))
  const bare = await startBareUpserts(servers, largest)
  const syncs: Drain[] = []
  const bareUpserts: number[] = []
  try {
    for (let round = 1; round <= drainRounds; round++) {
      syncs.push(await drainOf(largest, false))
      bareUpserts.push(await bare.rowsPerSecond())
      progress(`bare upsert, round ${round} of ${drainRounds}: ${Math.round(bareUpserts.at(-1) ?? 0)} rows/s`)
    }
  } finally {
    await bare.close()
  }
  return {
    drains: [...drains, ...syncs.slice(-1)],
    syncRates: syncs.map(({ rowsPerSecond }) => rowsPerSecond),
    bareUpserts,
    probedDrain: await drainOf(largest, true),
  }
}

/** Its statements are made once, and one run of them is not counted: its table's first pages, its plans. */
async function startBareUpserts(servers: BenchServers, rows: number) {
  const variant = bareUpsertVariant(rows)
  const child = new ContenderChild()
  const rowsPerSecond = async (): Promise<number> => {
    await child.reset(variant)
    const { acknowledged, seconds } = await child.run(variant, BARE_SECONDS_MAX)
    if (acknowledged !== rows) throw new Error(`${acknowledged} of ${rows} rows were written`)
    return acknowledged / seconds
  }
  try {
    await child.prepare(variant, contenderDeps(servers))
    await rowsPerSecond()
  } catch (error) {
    await child.close()
    throw error
  }
  return { rowsPerSecond, close: () => child.close() }
}

/** The servers that a thread's runs take place on. */
import { MemoryServers } from './memory-servers.ts'
import { RealServers, type RealServersOptions } from './real/real-servers.ts'
import type { Servers } from './servers.ts'

export type Stores =
  | { readonly kind: 'memory' }
  /** The thread starts servers of its own, and a database of its own in this PostgreSQL. */
  | ({ readonly kind: 'real' } & RealServersOptions)

export async function withServers<Result>(
  stores: Stores,
  work: (servers: Servers) => Promise<Result>,
): Promise<Result> {
  if (stores.kind === 'memory') return work(new MemoryServers())
  await using servers = await RealServers.open(stores)
  return await work(servers)
}

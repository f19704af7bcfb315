/** An ingest pod, in little memory and with few pauses: what is set here must be set before anything else is loaded. */
import { enableCompileCache } from 'node:module'
import { restartWithHeap } from './heap.ts'

restartWithHeap()
// Compiled sources are kept for the next start, which then needs no compiler of TypeScript: 115 MB when idle, 142 without.
enableCompileCache()

const { runIngest } = await import('./run-ingest.ts')
await runIngest()

// `npm run simulate -- --runs N [--seed S] [--class NAME] [--stores memory|real]`: the deterministic simulation of the protocol, on Node 24.

import { join } from 'node:path'
import { repositoryRoot, runOnNode24 } from './run-on-node-24.mjs'

const main = join(repositoryRoot, 'packages', 'simulation', 'src', 'main.ts')
await runOnNode24([main, ...process.argv.slice(2)], { needsDevelopment: true })

// `npm run bench`: the benchmarks, on Node 24. `npm run bench -- --help` says what else it takes.

import { join } from 'node:path'
import { repositoryRoot, runOnNode24 } from './run-on-node-24.mjs'

const main = join(repositoryRoot, 'benchmarks', 'src', 'main.ts')
await runOnNode24([main, ...process.argv.slice(2)], { needsDevelopment: true })

// `npm test`: every test but the long ones. With `--long`: those, which kill, fill up and cut off on purpose.
// Other arguments are Vitest's: `npm test -- packages/redis`.

import { join } from 'node:path'
import { repositoryRoot, runOnNode24 } from './run-on-node-24.mjs'

const given = process.argv.slice(2)
const projects = given.includes('--long') ? ['fault'] : ['unit', 'redis', 'pg', 'e2e']
const others = given.filter((argument) => argument !== '--long')
const vitest = join(repositoryRoot, 'node_modules', 'vitest', 'vitest.mjs')
const selection = projects.flatMap((project) => ['--project', project])

process.chdir(repositoryRoot)
await runOnNode24([vitest, 'run', ...selection, ...others], { needsDevelopment: true })

#!/usr/bin/env node
// The command `weir`: plain JavaScript that any Node 20 can start, which goes on in TypeScript on Node 24.

import { join } from 'node:path'
import { repositoryRoot, runOnNode24 } from '../../../scripts/run-on-node-24.mjs'

const main = join(repositoryRoot, 'apps', 'cli', 'src', 'main.ts')

await runOnNode24([main, ...process.argv.slice(2)], { needsDevelopment: false })

// `npm start`: everything in one go, fed with a synthetic market. `npm start -- FILE.csv.gz` replays that file instead.
// Other arguments are passed on to `weir up`. package.json runs it with `exec`: no shell between npm and it may eat a
// signal.

import { join, resolve } from 'node:path'
import { repositoryRoot, runOnNode24 } from './run-on-node-24.mjs'

const dataFileName = /\.(csv|ndjson|jsonl)(\.gz)?$/i
/** npm changes to the repository; a file is named from where the user stands. */
const userDir = process.env.INIT_CWD ?? process.cwd()

/** What stands first, or is called like one; other words belong to the option before them. */
function isDataFile(argument, index) {
  return !argument.startsWith('-') && (index === 0 || dataFileName.test(argument))
}

const given = process.argv.slice(2)
const files = given.filter(isDataFile)
const others = given.filter((argument, index) => !isDataFile(argument, index))
const feed = files.length === 0 ? ['--demo'] : files.flatMap((file) => ['--replay', resolve(userDir, file)])

const main = join(repositoryRoot, 'apps', 'cli', 'src', 'main.ts')

await runOnNode24([main, 'up', ...feed, ...others], { needsDevelopment: false })

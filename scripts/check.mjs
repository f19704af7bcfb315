// `npm run check`: everything that can be said without a server, in under half a minute. Runs the tools side by side
// and shows the words of those that complain.

import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { ensureInstalled, repositoryRoot } from './run-on-node-24.mjs'

const checks = [
  ['types', 'tsc', '--project', 'tsconfig.check.json'],
  ['lint', 'oxlint', '--deny-warnings'],
  ['format', 'biome', 'check', '.'],
  ['unit tests', 'vitest', 'run', '--project', 'unit'],
  ['unused code', 'knip', '--no-progress'],
]

ensureInstalled({ needsDevelopment: true })
// Node 24 is in there too, so that tools written in JavaScript run on it.
const binDir = join(repositoryRoot, 'node_modules', '.bin')
const environment = { ...process.env, PATH: `${binDir}${delimiter}${process.env.PATH}` }
const results = await Promise.all(checks.map(([name, command, ...argumentList]) => run(name, command, argumentList)))
process.exitCode = results.every((isFine) => isFine) ? 0 : 1

/** @returns {Promise<boolean>} whether it had nothing to complain about */
function run(name, command, argumentList) {
  return new Promise((resolve) => {
    const startMs = performance.now()
    const child = spawn(command, argumentList, { cwd: repositoryRoot, env: environment })
    const output = []
    child.stdout.on('data', (chunk) => output.push(chunk))
    child.stderr.on('data', (chunk) => output.push(chunk))
    child.once('error', (error) => output.push(Buffer.from(`${error.message}\n`)))
    child.once('close', (code) => {
      const seconds = ((performance.now() - startMs) / 1000).toFixed(1)
      if (code !== 0) process.stdout.write(`${Buffer.concat(output).toString()}\n`)
      process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n`)
      resolve(code === 0)
    })
  })
}

/** The command `weir`. bin/weir.mjs starts this on Node 24. */
import { enableCompileCache } from 'node:module'

// Before anything else is loaded: it takes a command from 0.7 s to 0.4 s (2 cores, Node 24).
enableCompileCache()

const { systemClock, systemRandom } = await import('@weir/service')
const { runProgram } = await import('./program.ts')
const { untilSignal } = await import('./until-signal.ts')

// `weir generate | head` closes the pipe: nobody reads on, so there is nothing more to do.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
// A terminal that is gone is no reason not to stop in order.
process.stderr.on('error', () => undefined)

process.exitCode = await runProgram(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
  clock: systemClock,
  random: systemRandom,
  untilSignal,
})

/** The command `weir`. bin/weir.mjs starts this on Node 24. */
import { systemClock, systemRandom } from '@weir/service'
import { runProgram } from './program.ts'
import { untilSignal } from './until-signal.ts'

// `weir generate | head` closes the pipe: nobody reads on, so there is nothing more to do.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

process.exitCode = await runProgram(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
  clock: systemClock,
  random: systemRandom,
  untilSignal,
})

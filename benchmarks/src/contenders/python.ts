/**
 * The in-process accumulator in Python that Weir's ticks would otherwise go to: see accumulator.py. It gets recordings that are
 * in its memory already, and keeps nothing if its process ends.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { readPythonVersion } from '../servers/python-version.ts'
import type { BenchTicks } from '../ticks/bench-ticks.ts'
import { writeLines } from '../ticks/tick-bodies.ts'
import type { Contender, ContenderDeps, Counted } from './contender.ts'

const SCRIPT = fileURLToPath(new URL('accumulator.py', import.meta.url))

export function python({ workDir }: ContenderDeps): Contender {
  let child: ReturnType<typeof start> | undefined

  async function ask(word: 'run' | 'totals'): Promise<string> {
    if (child === undefined) throw new Error('prepare comes first')
    child.write(`${word}\n`)
    return child.answer()
  }

  return {
    async prepare(ticks) {
      if (readPythonVersion() === undefined) throw new Error('there is no python3 on PATH')
      const file = join(workDir, 'python-ticks.csv')
      await writeTicks(file, ticks)
      child = start(file)
      await child.answer()
    },
    async reset() {},
    async run() {
      return Number(await ask('run'))
    },
    counted: async () => JSON.parse(await ask('totals')) as Counted,
    pids: () => (child === undefined ? [] : [child.pid]),
    async close() {
      await child?.end()
    },
  }
}

async function writeTicks(file: string, ticks: BenchTicks): Promise<void> {
  await pipeline(Readable.from(writeLines(ticks, 'csv')), createWriteStream(file))
}

function start(file: string) {
  const child = spawn('python3', [SCRIPT, file], { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const lines: Interface = createInterface({ input: child.stdout })
  const iterator = lines[Symbol.asyncIterator]()
  return {
    pid: child.pid ?? 0,
    write: (text: string) => child.stdin.write(text),
    async answer(): Promise<string> {
      const line = await iterator.next()
      if (line.done === true) throw new Error('python3 ended before it answered; its words are above')
      return line.value
    },
    async end(): Promise<void> {
      child.stdin.end()
      await exited
    },
  }
}

// The entries hand their signals on to the process that does the work: each once, however it arrives.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const launcher = join(import.meta.dirname, 'run-on-node-24.mjs')
const endsBySignal = 'kill-itself'
/** Says what it gets, and ends when it was told to by SIGTERM. */
const worker = `
  process.on('SIGINT', () => process.stdout.write('SIGINT '))
  process.on('SIGTERM', () => { process.stdout.write('SIGTERM '); setTimeout(() => process.exit(7), 50) })
  if (process.argv.includes('${endsBySignal}')) process.kill(process.pid, 'SIGKILL')
  setInterval(() => {}, 1000)
  process.stdout.write('ready ')`

type Launch = {
  readonly child: ChildProcess
  readonly said: () => string
  readonly hasSaid: (word: string) => Promise<void>
}

/** In a process group of its own, as a shell starts a command. */
function launch(...argumentList: string[]): Launch {
  const workerArguments = JSON.stringify(['--eval', worker, ...argumentList])
  const script = `
    const { runOnNode24 } = await import(${JSON.stringify(launcher)})
    await runOnNode24(${workerArguments}, { needsDevelopment: false })`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { detached: true })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const hasSaid = async (word: string): Promise<void> => {
    while (!said.includes(word)) await once(child.stdout, 'data')
  }
  return { child, said: () => said, hasSaid }
}

it('hands on a signal to itself, and the exit code back', async () => {
  const { child, said, hasSaid } = launch()
  const exited = once(child, 'exit')
  await hasSaid('ready')
  child.kill('SIGINT')
  await hasSaid('SIGINT')
  child.kill('SIGTERM')
  expect(await exited).toEqual([7, null])
  expect(said()).toBe('ready SIGINT SIGTERM ')
})

it('makes one signal of a Ctrl-C that reaches the whole group and is handed on by npm as well', async () => {
  const { child, said, hasSaid } = launch()
  const exited = once(child, 'exit')
  await hasSaid('ready')
  process.kill(-(child.pid ?? 0), 'SIGINT')
  child.kill('SIGINT')
  await hasSaid('SIGINT')
  child.kill('SIGINT')
  child.kill('SIGTERM')
  expect(await exited).toEqual([7, null])
  expect(said()).toBe('ready SIGINT SIGTERM ')
})

it('asks the process to stop when the terminal is closed', async () => {
  const { child, said, hasSaid } = launch()
  const exited = once(child, 'exit')
  await hasSaid('ready')
  child.kill('SIGHUP')
  expect(await exited).toEqual([7, null])
  expect(said()).toBe('ready SIGTERM ')
})

it('ends with 128 and the number of the signal that ended the process', async () => {
  const { child } = launch(endsBySignal)
  expect(await once(child, 'exit')).toEqual([137, null])
})

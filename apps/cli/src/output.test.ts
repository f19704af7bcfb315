import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createOutput } from './output.ts'

function outputs(options: { json: boolean; isTTY?: boolean }) {
  const texts = { stdout: '', stderr: '' }
  const into = (name: keyof typeof texts) => {
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        texts[name] += chunk.toString()
        done()
      },
    })
    return Object.assign(stream, { isTTY: options.isTTY ?? false, columns: 20 })
  }
  let nowMs = 0
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs, sleep: async () => {} }
  const output = createOutput({ stdout: into('stdout'), stderr: into('stderr'), json: options.json, clock })
  return { output, texts, pass: (ms: number) => (nowMs += ms) }
}

describe('the output of a command', () => {
  it('is its result alone on stdout, one line of JSON where asked', () => {
    const { output, texts } = outputs({ json: true })
    output.message('beside it')
    output.result({ rows: 3, sum: 2n ** 60n }, () => 'for people')
    expect(texts).toEqual({ stdout: '{"rows":3,"sum":"1152921504606846976"}\n', stderr: 'beside it\n' })
  })

  it('has no escape codes, and few progress lines, where nobody watches', () => {
    const { output, texts, pass } = outputs({ json: false })
    for (let step = 0; step < 100; step++) {
      output.progress(`step ${step}`)
      pass(250)
    }
    output.result({}, () => output.style('red', 'done'))
    expect(texts).toEqual({ stdout: 'done\n', stderr: 'step 40\nstep 80\n' })
  })

  it('keeps one progress line on a terminal, cut to its width and gone before the next message', () => {
    const { output, texts } = outputs({ json: false, isTTY: true })
    output.progress('a line that is longer than the terminal')
    output.message('said')
    output.message('said again')
    expect(texts.stderr).toBe('\r\u001b[2Ka line that is long\r\u001b[2Ksaid\nsaid again\n')
  })
})

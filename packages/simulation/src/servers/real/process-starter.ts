/**
 * Starts server processes from a small shell: Node would copy the page tables of its heap for each, which takes longer than all
 * that the server does. The shell kills what it has started when this process is gone, however it went.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** Each line is a command; `jobs` lets go of those that have ended. */
const SCRIPT = `
while read -r line; do
  jobs > /dev/null
  eval "$line &"
  echo "started $!"
done
kill -9 $(jobs -p) 2> /dev/null
`
const READY_MS_MAX = 30_000
const STARTED = /^started (\d+)$/
/** Redis's log says the process in each line. */
const READY = /^(\d+):\w .*ready to accept connections/i

export class ProcessStarter implements AsyncDisposable {
  readonly #shell: ChildProcess
  readonly #ready = new Set<string>()
  readonly #waiting = new Map<string, () => void>()
  readonly #starting: ((pid: string) => void)[] = []

  constructor() {
    this.#shell = spawn('sh', ['-c', SCRIPT], { stdio: ['pipe', 'pipe', 'ignore'] })
    const output = this.#shell.stdout
    if (output !== null) createInterface({ input: output }).on('line', (line) => this.#heard(line))
  }

  /** Resolves with its process id when it is ready. */
  async start(env: Readonly<Record<string, string>>, command: readonly string[]): Promise<number> {
    const settings = Object.entries(env).map(([name, value]) => `${name}=${quoted(value)}`)
    const started = new Promise<string>((resolve) => this.#starting.push(resolve))
    this.#shell.stdin?.write(`${[...settings, ...command.map(quoted)].join(' ')}\n`)
    const pid = await started
    if (!this.#ready.delete(pid)) await this.#becomesReady(pid, command)
    return Number(pid)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#shell, 'exit')
    this.#shell.stdin?.end()
    await ended
  }

  #becomesReady(pid: string, command: readonly string[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(pid, resolve)
      const tooLate = () => reject(new Error(`${command.join(' ')} was not ready in ${READY_MS_MAX} ms`))
      AbortSignal.timeout(READY_MS_MAX).addEventListener('abort', tooLate, { once: true })
    })
  }

  #heard(line: string): void {
    const started = STARTED.exec(line)?.[1]
    if (started !== undefined) this.#starting.shift()?.(started)
    const ready = READY.exec(line)?.[1]
    if (ready === undefined) return
    const resolve = this.#waiting.get(ready)
    this.#waiting.delete(ready)
    if (resolve === undefined) this.#ready.add(ready)
    else resolve()
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

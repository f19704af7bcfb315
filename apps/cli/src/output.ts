/**
 * Where a command speaks: its result on stdout (JSON with `--json`, text for people without), everything else on stderr, so
 * that `weir … | jq` always works. Colours and the moving progress line only on a terminal; NO_COLOR is respected.
 */
import { styleText } from 'node:util'
import type { Clock } from '@weir/service'

export type Style = Parameters<typeof styleText>[0]

export interface OutputStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean
  readonly columns?: number
}

export interface Output {
  readonly json: boolean
  /** Whether messages are read on a terminal. */
  readonly isTerminal: boolean
  /** The result: `value` as one line of JSON, or `text()` for people. */
  readonly result: (value: unknown, text: () => string) => void
  /** A line beside the result. */
  readonly message: (text: string) => void
  /** Replaces the progress line of a terminal; elsewhere a line every now and then. */
  readonly progress: (text: string) => void
  /** Takes the progress line away, where nothing else is written after it. */
  readonly endProgress: () => void
  /** Colours text of the result. */
  readonly style: (style: Style, text: string) => string
}

export interface OutputOptions {
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  readonly json: boolean
  readonly clock: Clock
}

const PROGRESS_LINE_INTERVAL_MS = 10_000
const COLUMNS_DEFAULT = 80
const CLEAR_LINE = '\r\u001b[2K'

export function createOutput({ stdout, stderr, json, clock }: OutputOptions): Output {
  const isTerminal = stderr.isTTY === true
  let lastLineMs = clock.monotonicMs()
  let hasProgress = false
  const clearProgress = () => {
    if (hasProgress) stderr.write(CLEAR_LINE)
    hasProgress = false
  }
  const write = (stream: OutputStream, text: string) => {
    clearProgress()
    stream.write(`${text}\n`)
  }
  return {
    json,
    isTerminal,
    result: (value, text) => write(stdout, json ? toJson(value) : text()),
    message: (text) => write(stderr, text),
    progress: (text) => {
      if (isTerminal) {
        stderr.write(`${CLEAR_LINE}${text.slice(0, (stderr.columns ?? COLUMNS_DEFAULT) - 1)}`)
        hasProgress = true
      } else if (clock.monotonicMs() - lastLineMs >= PROGRESS_LINE_INTERVAL_MS) {
        lastLineMs = clock.monotonicMs()
        write(stderr, text)
      }
    },
    endProgress: clearProgress,
    style: (style, text) => styleText(style, text, { stream: stdout as NodeJS.WriteStream }),
  }
}

/** One line; integers that a double cannot hold become text. */
function toJson(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) => (typeof part === 'bigint' ? part.toString() : part))
}

/**
 * Log lines of the services as `weir up` shows them to a person: what happened, without a stack where the world is at fault,
 * and not again and again while a server is away.
 */
import type { Clock } from '@weir/service'

const REPEATED_AFTER_MS = 60_000
/** Different lines that are remembered. */
const LINES_MAX = 200

interface LogEntry {
  readonly level?: string
  readonly name?: string
  readonly msg?: string
  /** An error property that has no code is a bug, and its stack is wanted. */
  readonly err?: { readonly message?: string; readonly code?: string; readonly stack?: string }
  /** A message in place of an error. */
  readonly error?: unknown
}

/** Gives the line to show; undefined where it was shown a moment ago. */
export function createLogShortener(clock: Pick<Clock, 'monotonicMs'>): (line: string) => string | undefined {
  const shownMs = new Map<string, number>()
  return (line) => {
    const short = shorten(line)
    const nowMs = clock.monotonicMs()
    const isRepeated = nowMs - (shownMs.get(short) ?? Number.NEGATIVE_INFINITY) < REPEATED_AFTER_MS
    if (isRepeated) return undefined
    if (shownMs.size >= LINES_MAX) shownMs.clear()
    shownMs.set(short, nowMs)
    return short
  }
}

function shorten(line: string): string {
  const entry = parse(line)
  if (entry === undefined) return line.trimEnd()
  const { level, name, msg = '', err, error } = entry
  const isBug = err !== undefined && err.code === undefined && (level === 'error' || level === 'fatal')
  const detail = isBug ? `\n${err.stack}` : detailText(err?.message ?? error)
  return `${name}: ${msg}${detail}`
}

function detailText(message: unknown): string {
  return typeof message === 'string' ? ` (${message})` : ''
}

function parse(line: string): LogEntry | undefined {
  try {
    return JSON.parse(line) as LogEntry
  } catch {
    return undefined
  }
}

/** Ticks of a JSON array and of NDJSON, one JSON object a line. */
import { type BodyError, unreadable } from './body-error.ts'
import { jsonFault } from './json-fault.ts'
import type { TickReader } from './tick-reader.ts'

/** Throws a BodyError where the text is no JSON, or no array. */
export function readJson(text: string, reader: TickReader): void {
  const elements = parseJsonBody(text)
  if (!Array.isArray(elements)) throw unreadable('the body is not a JSON array of ticks')
  for (const element of elements) addElement(reader, element)
}

/** Throws a BodyError, saying where, for a text that is no JSON. */
export function parseJsonBody(text: string): unknown {
  return parse(text, (position) => `at position ${position} (line ${lineOf(text, position)})`)
}

/** Throws a BodyError, saying where, for a line that is no JSON. */
export function parseJsonLine(content: string, line: number): unknown {
  return parse(content, (position) => `in line ${line} at position ${position}`)
}

/** The values of a text with one in each line. Throws a BodyError, saying where. */
export function* jsonLines(text: string): Generator<unknown> {
  let line = 0
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    const content = text.slice(start, end).trim()
    line++
    const at = line
    if (content !== '') yield parseJsonLine(content, at)
    start = end + 1
  }
}

export function addElement(reader: TickReader, element: unknown): void {
  if (typeof element !== 'object' || element === null || Array.isArray(element)) {
    reader.reject('is not an object with symbol, price, volume and timestamp')
    return
  }
  const { symbol, price, volume, timestamp, updates } = element as Record<string, unknown>
  reader.add(symbol, price, volume, timestamp, updates)
}

function parse(text: string, describe: (position: number) => string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw notJson(text, describe, error)
  }
}

function notJson(text: string, describe: (position: number) => string, cause: unknown): BodyError {
  const position = jsonFault(text) ?? text.length
  const found =
    position < text.length ? `unexpected ${JSON.stringify(text.slice(position, position + 1))}` : 'it ends too early'
  return unreadable(`the body is not valid JSON ${describe(position)}: ${found}`, cause)
}

function lineOf(text: string, position: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < position; at = text.indexOf('\n', at + 1)) line++
  return line
}

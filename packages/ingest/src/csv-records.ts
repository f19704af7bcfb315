/** CSV as RFC 4180 has it: quoted fields may hold commas, quotes (doubled) and line breaks; lines end in LF or CRLF. */
import { unreadable } from './body-error.ts'

const COMMA = 44
const LINE_FEED = 10
const CARRIAGE_RETURN = 13
const QUOTE = 34

export interface CsvRecord {
  readonly fields: readonly string[]
  /** The line on which the record begins, from 1. */
  readonly line: number
}

/** The records of a text; empty lines are passed over. Throws a BodyError, with the line, where a quote is out of place. */
export function* csvRecords(text: string): Generator<CsvRecord> {
  let at = 0
  let line = 1
  while (at < text.length) {
    const fields: string[] = []
    const recordLine = line
    for (let more = true; more; ) {
      const quoted = text.charCodeAt(at) === QUOTE
      const end = quoted ? closingQuote(text, at, line) + 1 : unquotedEnd(text, at, line)
      const raw = text.slice(at, end)
      fields.push(quoted ? raw.slice(1, -1).replaceAll('""', '"') : raw)
      if (quoted) line += raw.split('\n').length - 1
      more = text.charCodeAt(end) === COMMA
      at = more ? end + 1 : nextRecord(text, end, line)
    }
    line++
    if (fields.length > 1 || fields[0] !== '') yield { fields, line: recordLine }
  }
}

function closingQuote(text: string, start: number, line: number): number {
  for (let at = start + 1; ; at += 2) {
    at = text.indexOf('"', at)
    if (at < 0) throw unreadable(`the body is not valid CSV: the quote opened in line ${line} is not closed`)
    if (text.charCodeAt(at + 1) !== QUOTE) return at
  }
}

function unquotedEnd(text: string, start: number, line: number): number {
  let at = start
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === COMMA || isLineEnd(text, at)) break
    if (code === QUOTE) throw unreadable(`the body is not valid CSV: a quote inside an unquoted field in line ${line}`)
  }
  return at
}

/** The start of the next record, from the end of the last field of this one. */
function nextRecord(text: string, end: number, line: number): number {
  if (end >= text.length) return end
  if (!isLineEnd(text, end)) throw unreadable(`the body is not valid CSV: text after a closing quote in line ${line}`)
  return end + (text.charCodeAt(end) === CARRIAGE_RETURN ? 2 : 1)
}

/** At LF, or at the CR of CRLF. */
function isLineEnd(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code === LINE_FEED || (code === CARRIAGE_RETURN && text.charCodeAt(at + 1) === LINE_FEED)
}

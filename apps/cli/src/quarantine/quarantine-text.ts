/** What `weir quarantine` prints for people. */
import { countOf, countText } from '../format/counts.ts'
import { tableText } from '../format/table.ts'
import type { QuarantinedEntry } from './read-quarantined.ts'

const MESSAGE_SHOWN_MAX = 100

export function quarantineText(entries: readonly QuarantinedEntry[]): string {
  if (entries.length === 0) return 'The quarantine is empty.'
  const table = tableText(
    [
      { head: 'accumulator' },
      { head: 'period' },
      { head: 'key' },
      { head: 'since' },
      { head: 'tries', align: 'right' },
      { head: 'error' },
    ],
    entries.map((entry) => [
      entry.accumulator,
      entry.period,
      entry.isOlder ? `${entry.key} (older history)` : entry.key,
      entry.since ?? '?',
      countText(entry.tries),
      errorText(entry),
    ]),
  )
  return `${table}\n\n${HELP}`
}

const HELP = `These rows stay in Redis, and so do the marks of their producers. When PostgreSQL takes them, they are written by
themselves within the hour, or now by \`weir quarantine retry\`.`

export function retryText(written: number, refused: readonly QuarantinedEntry[]): string {
  const told = `${countOf(written, 'row')} written, ${countText(refused.length)} refused again`
  return refused.length === 0 ? `${told}.` : `${told}:\n\n${quarantineText(refused)}`
}

/** On one line; the whole of it is in the JSON. */
function errorText({ code, message }: QuarantinedEntry): string {
  if (code === undefined) return 'not known: somebody removed the record'
  const line = (message ?? '').replaceAll(/\s+/g, ' ')
  return `${code} ${line.length > MESSAGE_SHOWN_MAX ? `${line.slice(0, MESSAGE_SHOWN_MAX)}…` : line}`
}

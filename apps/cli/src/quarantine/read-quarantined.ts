/** The rows in quarantine over all shards, as people read them. */
import { formatPeriod, type HotStore, KEY_SEPARATOR, type Layout, timeText } from '@weir/accumulator'

export interface QuarantinedEntry {
  readonly accumulator: string
  readonly period: string
  readonly key: string
  readonly shard: number
  /** Of an older Redis history, which is not touched any more. */
  readonly isOlder: boolean
  /** The time up to which PostgreSQL has the row. */
  readonly dirtySince: string
  /** SQLSTATE, or the code of Weir's own error; undefined where somebody removed the record. */
  readonly code: string | undefined
  readonly message: string | undefined
  readonly since: string | undefined
  readonly lastTried: string | undefined
  readonly tries: number
}

export interface QuarantineFilter {
  readonly accumulator?: string | undefined
  readonly symbol?: string | undefined
}

export async function readQuarantined(
  hot: Pick<HotStore, 'readQuarantine'>,
  { accumulators, shards }: Layout,
  { accumulator: only, symbol }: QuarantineFilter,
): Promise<QuarantinedEntry[]> {
  const entries: QuarantinedEntry[] = []
  for (const { name, period } of accumulators) {
    if (only !== undefined && only !== name) continue
    for (let shard = 0; shard < shards; shard++) {
      for (const row of await hot.readQuarantine(shard, name)) {
        const columns = row.key.split(KEY_SEPARATOR)
        if (symbol !== undefined && !columns.includes(symbol)) continue
        const { refusal } = row
        entries.push({
          accumulator: name,
          period: formatPeriod(period, row.period),
          key: columns.join(' / '),
          shard,
          isOlder: row.field !== row.key,
          dirtySince: timeText(row.dirtySinceUs),
          code: refusal?.code,
          message: refusal?.message,
          since: refusal === undefined ? undefined : timeText(refusal.sinceUs),
          lastTried: refusal === undefined ? undefined : timeText(refusal.triedUs),
          tries: refusal?.tries ?? 0,
        })
      }
    }
  }
  return entries
}

/** Names a row among all in quarantine. */
export function entryName({ accumulator, period, key, isOlder }: QuarantinedEntry): string {
  return [accumulator, period, key, isOlder].join(' ')
}

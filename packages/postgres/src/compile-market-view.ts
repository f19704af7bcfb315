/**
 * The view of market analytics: EMAs and means over the windows of a (session, source) in order, computed when it is read,
 * so that a late tick amends every window after its own. `market-analytics.ts` has the same formulas in TypeScript.
 *
 * Every step is partitioned by session date and source, and an index holds the parts in that order: a condition on the two
 * reaches it through all steps, so that one session costs the same beside years of others. One on `window_start` cannot
 * (a window needs those before it); `market_analytics_between` turns a range of times into one of session dates.
 */
import { type Accumulator, assert, MARKET_ANALYTICS, type MarketView } from '@weir/accumulator'
import { overOrigins } from './compile-origins.ts'
import { type FieldColumns, partsTable, quote, UPDATED_AT } from './parts-table.ts'
import { atZone } from './period-sql.ts'
import { scaled } from './scaled-sql.ts'

/** State, value, weight and what the average starts from; without a start, the first value is it. NULL changes nothing. */
const EMA_STEP = `create or replace function weir_ema_step(
  state double precision, value double precision, alpha double precision, start double precision
) returns double precision language plpgsql immutable parallel safe as $$
begin
  if value is null then return coalesce(state, start); end if;
  if state is null then state := coalesce(start, value); end if;
  return state + alpha * (value - state);
end $$`

const EMA = `create or replace aggregate weir_ema(double precision, double precision, double precision) (
  sfunc = weir_ema_step, stype = double precision, parallel = safe
)`

/** The fields of a calculation from outside: one event sets all of them. */
const GIVEN = ['net_score', 'activity_count', 'buying_count', 'selling_count'] as const

/** The statements that make the view, with what it stands on. */
export function compileMarketView(accumulator: Accumulator, view: MarketView): string[] {
  const { table, period } = partsTable(accumulator)
  assert(period.kind === 'window', 'market analytics are over windows')
  const name = quote(view.name)
  const start = quote(period.column)
  const dateOf = (time: string) => `(${time} ${atZone(view.zone)})::date`
  return [
    EMA_STEP,
    EMA,
    `create index ${quote(`${table}_session`)} on ${quote(table)} ((${dateOf(start)}), source, ${start})`,
    `create view ${name} as\n${analytics(accumulator, dateOf(`p.${start}`), period.seconds)}`,
    [
      `create function ${quote(`${view.name}_between`)}(since timestamptz, until timestamptz)`,
      `returns setof ${name} language sql stable parallel safe`,
      `begin atomic`,
      `  select * from ${name} where session_date between ${dateOf('since')} and ${dateOf('until')}`,
      `    and window_start >= since and window_start < until;`,
      `end`,
    ].join('\n'),
  ]
}

/** The outermost step: what is averaged over windows. */
function analytics(accumulator: Accumulator, sessionDate: string, seconds: number): string {
  const { gaugeAlpha, verticalAlphaMin, verticalAlphaMax, buyingRatioAlpha, buyingRatioStart } = MARKET_ANALYTICS
  const { windowsOf60Sec, windowsOf300Sec } = MARKET_ANALYTICS
  const inUnits = (name: string) => `${scaled(name, columnsOf(accumulator, name).field.digits ?? 0)} as ${name}`
  const share = 'coalesce(activity / nullif(activity_max, 0), 0)'
  const verticalAlpha = `least(${verticalAlphaMax}, ${verticalAlphaMin} * (1 + ${share}))`
  return `select session_date, source, window_start, window_start + interval '${seconds} seconds' as window_end,
  ticks, ${inUnits('volume')}, coalesce(buying_count, buy_count) as buy_count,
  coalesce(selling_count, sell_count) as sell_count, flat_count, ${inUnits('buy_volume')}, ${inUnits('sell_volume')},
  score as net_score,
  weir_ema(score, ${gaugeAlpha}, null) over so_far as ema_net_score_gauge,
  weir_ema(score, ${verticalAlpha}, null) over so_far as ema_net_score_vertical,
  weir_ema(buying_ratio, ${buyingRatioAlpha}, ${buyingRatioStart}) over so_far as ema_buying_ratio,
  score as avg_net_score_10sec,
  avg(score) over (session rows ${windowsOf60Sec - 1} preceding) as avg_net_score_60sec,
  avg(score) over (session rows ${windowsOf300Sec - 1} preceding) as avg_net_score_300sec,
  avg(activity) over (session rows ${windowsOf60Sec - 1} preceding) as avg_activity_60sec,
  count(*) over so_far as session_windows,
  updated_at
from (
${scores(accumulator, sessionDate)}
) as scored
window session as (partition by session_date, source order by window_start),
  so_far as (session rows unbounded preceding)`
}

/** The step between: the score of each window by itself, and the largest activity so far. */
function scores(accumulator: Accumulator, sessionDate: string): string {
  const scoreUnit = `1e${columnsOf(accumulator, 'net_score').field.digits ?? 0}`
  return `  select w.*, activity, buying_count, selling_count, bought / nullif(bought + sold, 0) as buying_ratio,
    coalesce(net_score / ${scoreUnit}, 100 * (bought - sold) / nullif(bought + sold, 0), 0) as score,
    max(activity) over (partition by session_date, source order by window_start rows unbounded preceding) as activity_max
  from (
${windows(accumulator, sessionDate)}
  ) as w
  cross join lateral (
    select ${GIVEN.map((name, index) => `given[${index + 4}]::bigint as ${name}`).join(', ')}
  ) as calculated
  cross join lateral (
    select coalesce(buying_count, buy_volume)::double precision as bought,
      coalesce(selling_count, sell_volume)::double precision as sold,
      coalesce(activity_count, ticks)::double precision as activity
  ) as measured`
}

/** The innermost step: the parts of a window, of all shards and origins, together. */
function windows(accumulator: Accumulator, sessionDate: string): string {
  const { table, period } = partsTable(accumulator)
  const total = (name: string) => overOrigins(columnsOf(accumulator, name))[0] ?? ''
  const counts = ['ticks', 'buy_count', 'sell_count', 'flat_count'].map((name) => `${total(name)}::bigint as ${name}`)
  const volumes = ['volume', 'buy_volume', 'sell_volume'].map((name) => `${total(name)} as ${name}`)
  return `    select ${sessionDate} as session_date, p.source, p.${quote(period.column)} as window_start,
      ${counts.join(', ')},
      ${volumes.join(', ')},
      ${lastGiven(columnsOf(accumulator, 'net_score'))} as given,
      max(p.${UPDATED_AT}) as updated_at
    from ${quote(table)} as p
    group by 1, 2, 3`
}

function columnsOf(accumulator: Accumulator, name: string): FieldColumns {
  const found = partsTable(accumulator).fields.find(({ field }) => field.name === name)
  assert(found !== undefined, `${accumulator.name} has a field ${name}`)
  return found
}

/**
 * The last calculation of a window, found as the greatest array of text: (time, origin, arrival) in digits of equal length,
 * then its values. By `overOrigins`, which sorts the parts of every window once more, a session takes 65 ms instead of 38.
 */
function lastGiven({ columns: [, time = '', arrival = ''] }: FieldColumns): string {
  const order = [`lpad(p.${time}::text, 16, '0') collate "C"`, 'p.origin::text', `lpad(p.${arrival}::text, 16, '0')`]
  const values = GIVEN.map((name) => `p.${name}::text`)
  return `max(case when p.${time} is not null then array[${[...order, ...values].join(', ')}] end)`
}

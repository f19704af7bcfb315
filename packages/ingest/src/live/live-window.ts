/** One window of a live read as JSON, with the names and values of the view `market_analytics`. */
import {
  type Accumulator,
  assert,
  type ColdRow,
  formatPeriod,
  type ViewValues,
  viewValues,
  type WindowAnalytics,
} from '@weir/accumulator'

export interface LiveWindow extends ViewValues {
  readonly window_start: string
  readonly window_end: string
  readonly net_score: number
}

export function liveWindow(
  accumulator: Accumulator,
  { period: start, row }: ColdRow,
  analytics: WindowAnalytics,
): LiveWindow {
  const { period } = accumulator
  assert(period.kind === 'window', 'market analytics are over windows')
  const values = viewValues(accumulator, row)
  const value = (name: string) => values[name] ?? null
  return {
    window_start: formatPeriod(period, start),
    window_end: formatPeriod(period, start + period.seconds),
    ticks: value('ticks'),
    volume: value('volume'),
    buy_count: countOf(values, 'buying_count', 'buy_count'),
    sell_count: countOf(values, 'selling_count', 'sell_count'),
    flat_count: value('flat_count'),
    buy_volume: value('buy_volume'),
    sell_volume: value('sell_volume'),
    net_score: analytics.netScore,
    ema_net_score_gauge: analytics.emaNetScoreGauge,
    ema_net_score_vertical: analytics.emaNetScoreVertical,
    ema_buying_ratio: analytics.emaBuyingRatio,
    avg_net_score_10sec: analytics.netScore,
    avg_net_score_60sec: analytics.avgNetScore60Sec,
    avg_net_score_300sec: analytics.avgNetScore300Sec,
    avg_activity_60sec: analytics.avgActivity60Sec,
    session_windows: analytics.sessionWindows,
  }
}

/** Of a source outside its own count, which is the last of a kind and so text. */
function countOf(values: ViewValues, given: string, counted: string): number {
  return Number(values[given] ?? values[counted])
}

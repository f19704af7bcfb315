/**
 * Market analytics of one (session, source): net score, EMAs and means over its windows in order, for live reads. The view
 * `market_analytics` has the same formulas in SQL, operation by operation; a test holds the two equal on a trading day.
 */

export interface MarketWindow {
  /** Volumes bought and sold, or what a source outside counts as buying and selling. */
  readonly bought: number
  readonly sold: number
  /** Ticks, or what a source outside calls its activity. */
  readonly activity: number
  /** The last score of a source outside. */
  readonly score: number | undefined
}

export interface WindowAnalytics {
  /** -100 (all sold) to 100. */
  readonly netScore: number
  readonly emaNetScoreGauge: number
  readonly emaNetScoreVertical: number
  /** 0 to 1. */
  readonly emaBuyingRatio: number
  readonly avgNetScore60Sec: number
  readonly avgNetScore300Sec: number
  readonly avgActivity60Sec: number
  /** How many windows of the session there are so far, this one included. */
  readonly sessionWindows: number
}

/** The constants of the formulas, for both of their places. */
export const MARKET_ANALYTICS = {
  gaugeAlpha: 0.3,
  buyingRatioAlpha: 0.3,
  buyingRatioStart: 0.5,
  /** The weight of a window without activity; one as active as any before it in the session weighs twice as much. */
  verticalAlphaMin: 0.2,
  verticalAlphaMax: 0.8,
  /** Means are over windows that exist, whatever their width; the names are those of windows of 10 seconds. */
  windowsOf60Sec: 6,
  windowsOf300Sec: 30,
} as const

/** One entry a window, in the order given: that of time. */
export function marketAnalytics(windows: readonly MarketWindow[]): WindowAnalytics[] {
  const { windowsOf60Sec, windowsOf300Sec } = MARKET_ANALYTICS
  const scores: number[] = []
  const activities: number[] = []
  let activityMax = 0
  let gauge: number | undefined
  let vertical: number | undefined
  let buyingRatio: number = MARKET_ANALYTICS.buyingRatioStart
  return windows.map((window) => {
    const { bought, sold, activity } = window
    const netScore = netScoreOf(window)
    scores.push(netScore)
    activities.push(activity)
    activityMax = Math.max(activityMax, activity)
    gauge = step(gauge, netScore, MARKET_ANALYTICS.gaugeAlpha)
    vertical = step(vertical, netScore, verticalAlpha(activity, activityMax))
    if (bought + sold !== 0)
      buyingRatio = step(buyingRatio, bought / (bought + sold), MARKET_ANALYTICS.buyingRatioAlpha)
    return {
      netScore,
      emaNetScoreGauge: gauge,
      emaNetScoreVertical: vertical,
      emaBuyingRatio: buyingRatio,
      avgNetScore60Sec: meanOfLast(scores, windowsOf60Sec),
      avgNetScore300Sec: meanOfLast(scores, windowsOf300Sec),
      avgActivity60Sec: meanOfLast(activities, windowsOf60Sec),
      sessionWindows: scores.length,
    }
  })
}

function netScoreOf({ score, bought, sold }: MarketWindow): number {
  if (score !== undefined) return score
  return bought + sold === 0 ? 0 : (100 * (bought - sold)) / (bought + sold)
}

function verticalAlpha(activity: number, activityMax: number): number {
  const share = activityMax === 0 ? 0 : activity / activityMax
  const { verticalAlphaMin, verticalAlphaMax } = MARKET_ANALYTICS
  return Math.min(verticalAlphaMax, verticalAlphaMin * (1 + share))
}

function step(ema: number | undefined, value: number, alpha: number): number {
  return ema === undefined ? value : ema + alpha * (value - ema)
}

function meanOfLast(values: readonly number[], countMax: number): number {
  const last = values.slice(-countMax)
  return last.reduce((sum, value) => sum + value, 0) / last.length
}

/**
 * Order flow by symbol and minute, fed by the same ticks as the built-in accumulators: what traded upwards and downwards, each
 * tick judged against the one before it of the same symbol; and the flow that somebody else reports.
 */
import type { Vocabulary } from '@weir/accumulator'

export default ({ accumulator, posted, ticks, window, count, sum, net, max, last, latest, records }: Vocabulary) => {
  const reports = posted('flow_reports', { texts: ['symbol'], measures: { flow: 2, confidence: 4 } })
  return [
    accumulator({
      name: 'order_flow',
      period: window({ seconds: 60, column: 'minute' }),
      key: ['symbol'],
      from: [ticks, reports],
      fields: {
        trades: count(),
        upticks: count({ when: 'up' }),
        downticks: count({ when: 'down' }),
        bought: sum('volume', { when: 'up' }),
        sold: sum('volume', { when: 'down' }),
        last_price: last('price'),
        latest_price: latest('price'),
        largest_trade: max('volume'),
        largest_trades: records('largest_trade'),
        reported_flow: net('flow', { from: 'flow_reports' }),
        confidence: last('confidence', { from: 'flow_reports' }),
      },
    }),
  ]
}

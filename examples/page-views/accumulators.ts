/**
 * Page views by site, URL and hour. One file is the whole of it: Weir keeps the rows in Redis, makes the PostgreSQL table
 * `page_views_parts` and the view `page_views`, and takes records at `POST /v1/records/page_views`.
 */
import type { Vocabulary } from '@weir/accumulator'

export default ({ accumulator, posted, window, count, sum, net, max, last, records }: Vocabulary) => {
  const views = posted('views', {
    texts: ['url', 'site'],
    // Decimal digits: a duration is taken to the microsecond, bytes and votes are whole.
    measures: { bytes: 0, duration_ms: 3, votes: 0, status: 0 },
  })
  return [
    accumulator({
      name: 'page_views',
      period: window({ seconds: 3600, column: 'hour' }),
      key: ['site', 'url'],
      from: views,
      fields: {
        views: count(),
        bytes: sum('bytes'),
        // Up and down votes: a sum that may go either way.
        votes: net('votes'),
        slowest_ms: max('duration_ms'),
        // How often a view was slower than every one before it in the hour.
        slowest_records: records('slowest_ms'),
        last_status: last('status'),
      },
      syncSeconds: 5,
    }),
  ]
}

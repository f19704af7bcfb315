/**
 * What the PostgreSQL view of an accumulator shows beyond its fields. It is no part of the layout: it holds no data, and
 * may be compiled anew.
 */
export type View = FieldsView | MarketView

/** The fields, quotients of two of them (NULL where the divisor is 0), and times of their events. */
export interface FieldsView {
  readonly kind: 'fields'
  readonly ratios?: Readonly<Record<string, { readonly of: string; readonly by: string }>>
  /** The event times of `first` and `last` fields. */
  readonly times?: Readonly<Record<string, string>>
}

/** The windows of market analytics in the order of their session, see `market-analytics.ts`. */
export interface MarketView {
  readonly kind: 'market'
  readonly name: string
  /** The time zone whose date is the session of a window. */
  readonly zone: string
}

/** What the view names that SQL has to take as an identifier. */
export function viewIdentifiers(view: View | undefined): string[] {
  if (view === undefined) return []
  return view.kind === 'market' ? [view.name] : [...Object.keys(view.ratios ?? {}), ...Object.keys(view.times ?? {})]
}

/** The fields without which the view cannot be. */
export function viewFields(view: View | undefined): readonly string[] {
  if (view === undefined) return []
  if (view.kind === 'market') return MARKET_FIELDS
  const ofRatios = Object.values(view.ratios ?? {}).flatMap(({ of, by }) => [of, by])
  return [...ofRatios, ...Object.values(view.times ?? {})]
}

const MARKET_FIELDS = [
  'ticks',
  'volume',
  'buy_count',
  'sell_count',
  'flat_count',
  'buy_volume',
  'sell_volume',
  'net_score',
  'activity_count',
  'buying_count',
  'selling_count',
] as const

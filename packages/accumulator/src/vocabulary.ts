/**
 * The words of a user's accumulators: what the function in a `WEIR_ACCUMULATORS` file is called with, so that such a file
 * needs no import and may lie anywhere.
 */
import { type Accumulator, type AccumulatorDefinition, defineAccumulator, type Feed } from './accumulator.ts'
import { demand } from './definition-error.ts'
import type { EventInput } from './event-batch.ts'
import { count, EVENT_TIME, first, last, latest, max, min, net, product, records, sum } from './field.ts'
import { day, window } from './period.ts'
import { SCALE_DIGITS_MAX } from './scaled-integer.ts'
import { type Scales, tickInput } from './tick.ts'

/** A definition as a user writes it. */
export interface OwnDefinition extends Omit<AccumulatorDefinition, 'table' | 'feeds' | 'reference'> {
  /** `NAME_parts` where absent. */
  readonly table?: string
  /** What feeds it: ticks, posted records, or several of these. */
  readonly from: EventInput | readonly (EventInput | Feed)[]
}

export interface Vocabulary {
  /** Checks a definition. Throws a DefinitionError on one that cannot join. */
  readonly accumulator: (definition: OwnDefinition) => Accumulator
  /** Records that are posted to `/v1/records/NAME`: text columns, and measures with their decimal digits. */
  readonly posted: (name: string, shape: Pick<EventInput, 'texts' | 'measures'>) => EventInput
  /** The ticks of `/v1/ticks`: the text `symbol`, the measures `price` and `volume`. */
  readonly ticks: EventInput
  /** The time zone of sessions. */
  readonly sessionZone: string
  /** The name under which the event time is a measure. */
  readonly time: string
  readonly day: typeof day
  readonly window: typeof window
  readonly count: typeof count
  readonly sum: typeof sum
  readonly net: typeof net
  readonly max: typeof max
  readonly min: typeof min
  readonly first: typeof first
  readonly last: typeof last
  readonly latest: typeof latest
  readonly records: typeof records
  readonly product: typeof product
}

const INPUT_NAME = /^[a-z][a-z0-9_]{0,50}$/
const TEXTS_MAX = 8
const MEASURES_MAX = 32

export function vocabulary(options: Scales & { readonly sessionZone: string }): Vocabulary {
  return {
    accumulator: ({ table, from, ...definition }) =>
      defineAccumulator({ ...definition, table: table ?? `${definition.name}_parts`, feeds: feedsOf(from) }),
    posted: postedInput,
    ticks: tickInput(options),
    sessionZone: options.sessionZone,
    time: EVENT_TIME,
    day,
    window,
    count,
    sum,
    net,
    max,
    min,
    first,
    last,
    latest,
    records,
    product,
  }
}

function feedsOf(from: OwnDefinition['from'] | undefined): readonly Feed[] {
  demand(from !== undefined, 'an accumulator says what it is fed `from`')
  const inputs = 'name' in from ? [from] : from
  return inputs.map((one) => ('input' in one ? one : { input: one }))
}

function postedInput(name: string, { texts, measures }: Pick<EventInput, 'texts' | 'measures'>): EventInput {
  const columns = [...texts, ...Object.keys(measures)]
  for (const identifier of [name, ...columns]) {
    demand(INPUT_NAME.test(identifier), `${identifier} in the records ${name} is no lower-case identifier`)
  }
  const twice = columns.find((column, index) => columns.indexOf(column) !== index || RESERVED.has(column))
  demand(twice === undefined, `the records ${name} cannot have a column ${twice}: it is there already`)
  demand(texts.length > 0 && texts.length <= TEXTS_MAX, `the records ${name} have 1 to ${TEXTS_MAX} texts`)
  demand(Object.keys(measures).length <= MEASURES_MAX, `the records ${name} have at most ${MEASURES_MAX} measures`)
  for (const [measure, digits] of Object.entries(measures)) {
    const isScale = Number.isInteger(digits) && digits >= 0 && digits <= SCALE_DIGITS_MAX
    demand(isScale, `${measure} of ${name} has ${digits} decimal digits; 0 to ${SCALE_DIGITS_MAX} there may be`)
  }
  return { name, texts, measures }
}

/** Columns that every record has, or that say how it is taken. */
const RESERVED: ReadonlySet<string> = new Set(['timestamp', EVENT_TIME])

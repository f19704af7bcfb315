/** The routes that events arrive at: ticks, high and low events, calculations, and the records of a user's accumulators. */
import { CALCULATION_INPUT, CORE_SOURCE, type EventInput, HIGH_LOW_EVENT_INPUT, type Layout } from '@weir/accumulator'
import { HttpError } from '@weir/service'
import { decode } from './decode.ts'
import type { FeedRoute } from './feed-route.ts'
import { KnownSymbols } from './known-symbols.ts'
import { readRecords } from './read-records.ts'
import { type PrepareRecord, RecordReader } from './record-reader.ts'
import { type RecordShape, recordShape } from './record-shape.ts'

export function feedRoutes(layout: Layout): FeedRoute[] {
  const inputs = new Map(layout.accumulators.flatMap(({ feeds }) => feeds.map(({ input }) => [input.name, input])))
  return [
    ...ticksRoute(inputs.get('ticks')),
    ...recordRoute(layout, '/v1/events', inputs.get(HIGH_LOW_EVENT_INPUT.name), prepareEvent),
    ...recordRoute(layout, '/v1/calculations', inputs.get(CALCULATION_INPUT.name), prepareCalculation),
    ownRecordsRoute(layout),
  ]
}

function ticksRoute(input: EventInput | undefined): FeedRoute[] {
  if (input === undefined) return []
  const symbols = new KnownSymbols()
  const decodeTicks: FeedRoute['decode'] = (bytes, format, _request, memory) =>
    decode(bytes, format, input, { symbols, memory })
  return [{ path: '/v1/ticks', decode: decodeTicks }]
}

function recordRoute(layout: Layout, path: string, input: EventInput | undefined, prepare: PrepareRecord): FeedRoute[] {
  if (input === undefined) return []
  const shape = recordShape(layout, input)
  return [{ path, decode: (bytes, format) => readRecords(bytes, format, new RecordReader(shape, prepare)) }]
}

/** `{symbol, type: "high" | "low", count?, timestamp}`. */
const prepareEvent: PrepareRecord = ({ symbol, type, count, timestamp }) => {
  if (type !== 'high' && type !== 'low') return 'type is neither high nor low'
  const counted = count === undefined || count === null || count === '' ? 1 : count
  return { symbol, timestamp, highs: type === 'high' ? counted : 0, lows: type === 'low' ? counted : 0 }
}

const prepareCalculation: PrepareRecord = (record) =>
  record.source === CORE_SOURCE ? `source ${CORE_SOURCE} is that of the ticks` : record

/** Inputs with a route of their own. */
const BUILT_IN: ReadonlySet<string> = new Set(['ticks', HIGH_LOW_EVENT_INPUT.name, CALCULATION_INPUT.name])

/** What a program that embeds Weir feeds, by the same rules as the routes. */
export interface OwnFeed {
  readonly events: () => RecordReader
  readonly calculations: (() => RecordReader) | undefined
  /** By accumulator. */
  readonly records: ReadonlyMap<string, () => RecordReader>
}

export function feedReaders(layout: Layout): OwnFeed {
  const inputs = new Map(layout.accumulators.flatMap(({ feeds }) => feeds.map(({ input }) => [input.name, input])))
  const events = recordShape(layout, HIGH_LOW_EVENT_INPUT)
  const calculations = inputs.has(CALCULATION_INPUT.name) ? recordShape(layout, CALCULATION_INPUT) : undefined
  return {
    events: () => new RecordReader(events, prepareEvent),
    calculations: calculations === undefined ? undefined : () => new RecordReader(calculations, prepareCalculation),
    records: new Map([...ownShapes(layout)].map(([name, shape]) => [name, () => new RecordReader(shape)])),
  }
}

/** By accumulator: what the posted records that feed it are like. */
function ownShapes({ accumulators, ...layout }: Layout): ReadonlyMap<string, RecordShape> {
  return new Map(
    accumulators.flatMap(({ name, feeds }) => {
      const own = feeds.find(({ input }) => !BUILT_IN.has(input.name))
      return own === undefined ? [] : [[name, recordShape({ accumulators, ...layout }, own.input)] as const]
    }),
  )
}

/** `/v1/records/NAME` feeds every accumulator of the input that feeds NAME. */
function ownRecordsRoute(layout: Layout): FeedRoute {
  const shapes = ownShapes(layout)
  return {
    path: '/v1/records/:name',
    decode(bytes, format, request) {
      const { name } = request.params as { name: string }
      const shape = shapes.get(name)
      if (shape === undefined) throw noRecords(name, layout, [...shapes.keys()])
      return readRecords(bytes, format, new RecordReader(shape))
    },
  }
}

function noRecords(name: string, { accumulators }: Layout, known: readonly string[]): HttpError {
  const isThere = accumulators.some((accumulator) => accumulator.name === name)
  const problem = isThere ? `${name} is not fed by posted records` : `there is no accumulator ${name}`
  const there = known.length === 0 ? 'none takes any (WEIR_ACCUMULATORS)' : `there are ${known.join(', ')}`
  return new HttpError(404, 'WEIR_ACCUMULATOR_UNKNOWN', `${problem}; of those that take records ${there}`, {
    details: { accumulators: known },
  })
}

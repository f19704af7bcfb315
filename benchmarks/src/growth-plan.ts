/** How cost grows with symbols, ticks a request, and pods; with the sync interval, see scenarios/reference-load.ts. */
import { SESSIONS_ONLY } from './bench-layout.ts'
import { requestsAtOnce } from './load/requests-at-once.ts'
import { embeddedVariant, HTTP_BATCH, podsText, variant, ZIPF_SYMBOLS } from './plan.ts'
import { whole } from './report/format.ts'
import type { Variant } from './run/variant.ts'
import type { Scale } from './scale.ts'

/** The generator's own limit. */
const ZIPF_SYMBOLS_MAX = 100_000
const EMBEDDED_BATCH = { batchTicks: 10_000, inFlight: 6, accumulators: SESSIONS_ONLY }

export function growthVariants(scale: Scale): Variant[] {
  return [...bySymbols(scale), ...byRequestTicks(scale), ...byPods(scale)]
}

function bySymbols({ growthSymbols, ticks }: Scale): Variant[] {
  return (['zipf', 'flat'] as const).flatMap((market) =>
    growthSymbols
      .filter((symbols) => market === 'flat' || symbols <= ZIPF_SYMBOLS_MAX)
      .map((symbols) => ({
        ...embeddedVariant({ market, symbols, ticks }, 'always', EMBEDDED_BATCH),
        id: `growth-${market}-${symbols}`,
        title: `${whole(symbols)} symbols`,
      })),
  )
}

function byRequestTicks({ growthRequestTicks, ticks }: Scale): Variant[] {
  return growthRequestTicks.map((batchTicks) => {
    const inFlight = requestsAtOnce(batchTicks)
    const settings = { batchTicks, inFlight, format: 'csv', pods: 1 } as const
    const title = `${whole(batchTicks)} ticks a request, ${inFlight} at once`
    return variant('http', `growth-request-${batchTicks}`, title, zipf(ticks), settings)
  })
}

function byPods({ growthPods, ticks }: Scale): Variant[] {
  return growthPods.map((pods) => {
    const settings = { ...HTTP_BATCH, format: 'csv', pods } as const
    return variant('http', `growth-pods-${pods}`, podsText(pods), zipf(ticks), settings)
  })
}

const zipf = (ticks: number) => ({ market: 'zipf', symbols: ZIPF_SYMBOLS, ticks }) as const

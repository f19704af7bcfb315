/** Figures of a publication by name; undefined where they were not measured. */
import type { Figures } from '../publication.ts'
import { median } from '../run/median.ts'
import type { VariantResult } from '../run/rounds.ts'
import type { Appendfsync } from '../run/variant.ts'

export function rateOf({ runs }: Pick<VariantResult, 'runs'>): number | undefined {
  return runs.length === 0 ? undefined : median(runs.map(({ perSecond }) => perSecond))
}

export function resultOf({ contenders }: Figures, id: string): VariantResult | undefined {
  return contenders.find(({ variant, runs }) => variant.id === id && runs.length > 0)
}

/** Of those that fit, the one with the largest median. */
export function bestOf(
  { contenders }: Figures,
  fits: (variant: VariantResult['variant']) => boolean,
): VariantResult | undefined {
  return contenders
    .filter(({ variant, runs }) => runs.length > 0 && fits(variant))
    .toSorted((a, b) => (rateOf(b) ?? 0) - (rateOf(a) ?? 0))[0]
}

/** Weir embedded with these accumulators, at the batch size that wins; batches without numbers. */
export function bestEmbedded(
  figures: Figures,
  accumulators: readonly string[],
  appendfsync: Appendfsync,
): VariantResult | undefined {
  return bestOf(
    figures,
    (variant) =>
      variant.contender === 'embedded' &&
      variant.market.market === 'zipf' &&
      variant.appendfsync === appendfsync &&
      variant.settings.sequenced !== true &&
      variant.settings.accumulators?.join() === accumulators.join(),
  )
}

export function ratio(of: VariantResult | undefined, to: VariantResult | undefined): number | undefined {
  const [rate, base] = [of && rateOf(of), to && rateOf(to)]
  return rate === undefined || base === undefined ? undefined : rate / base
}

/** What one thread could do at most at the processor time that an average tick took, in the process and in Redis. */
export function threadLimits({ runs }: VariantResult): {
  readonly process: number | undefined
  readonly redis: number
} {
  const us = 1_000_000
  const own = runs.flatMap(({ cpuUsEach }) => cpuUsEach ?? [])
  return {
    process: own.length === 0 ? undefined : us / median(own),
    redis: us / median(runs.map(({ redisCpuUsEach }) => redisCpuUsEach)),
  }
}

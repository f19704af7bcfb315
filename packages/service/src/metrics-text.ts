/**
 * The numbers of `/health` in the text format of Prometheus: one gauge a number, under the name that `/health` has for it; a record
 * of numbers, as the dirty rows by accumulator, is one gauge with a label.
 */

const NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/

/** The media type that scrapers ask for. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

export function metricsText(part: 'ingest' | 'sync', health: object): string {
  const lines = Object.entries(health).flatMap(([field, value]) => gaugeLines(`weir_${part}_${field}`, value))
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}

function gaugeLines(name: string, value: unknown): string[] {
  if (!NAME.test(name)) return []
  if (typeof value === 'number' || typeof value === 'boolean')
    return [`# TYPE ${name} gauge`, `${name} ${Number(value)}`]
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  const labelled = Object.entries(value).filter(([, number]) => typeof number === 'number')
  if (labelled.length === 0) return []
  return [
    `# TYPE ${name} gauge`,
    ...labelled.map(([label, number]) => `${name}{name="${escaped(label)}"} ${String(number)}`),
  ]
}

function escaped(label: string): string {
  return label.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

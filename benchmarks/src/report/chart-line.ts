/** The line of a page that shows a chart; nothing where there is none. */
import type { Charts } from './charts.ts'

export function chartLine(charts: Charts, file: string, words: string): string {
  return charts[file] === undefined ? '' : `![${words}](benchmarks/${file})\n`
}

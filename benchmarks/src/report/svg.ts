/** What all charts share: colours that go with a light page and a dark one, and text that cannot break the XML. */
import { rough } from './format.ts'

/** weir: what this is about; other: what it is compared with; limit: what the servers can take; and two more lines. */
export type Colour = 'weir' | 'other' | 'limit' | 'second' | 'third'

const STYLE = `
  text { font: 12px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #24292f }
  .title { font-size: 15px; font-weight: 600 }
  .small { font-size: 11px; fill: #57606a }
  .grid { stroke: #d0d7de; stroke-width: 1 }
  .fill-weir { fill: #1f6feb } .fill-other { fill: #8c959f } .fill-limit { fill: #bf8700 }
  .fill-second { fill: #1a7f37 } .fill-third { fill: #8250df }
  .line { fill: none; stroke-width: 2 }
  .line-weir { stroke: #1f6feb } .line-other { stroke: #8c959f } .line-limit { stroke: #bf8700 }
  .line-second { stroke: #1a7f37 } .line-third { stroke: #8250df }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .small { fill: #9198a1 } .grid { stroke: #3d444d }
    .fill-weir { fill: #4493f8 } .fill-other { fill: #7d8590 } .fill-limit { fill: #d29922 }
    .fill-second { fill: #3fb950 } .fill-third { fill: #ab7df8 }
    .line-weir { stroke: #4493f8 } .line-other { stroke: #7d8590 } .line-limit { stroke: #d29922 }
    .line-second { stroke: #3fb950 } .line-third { stroke: #ab7df8 }
  }`

export function svgDocument(title: string, width: number, height: number, parts: readonly string[]): string {
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`
  const head = `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${escapeXml(title)}">`
  return `${[head, `<style>${STYLE}\n</style>`, text(16, 26, title, 'title'), ...parts, '</svg>'].join('\n')}\n`
}

export function text(x: number, y: number, words: string, classes = '', anchor = 'start'): string {
  return `<text x="${round(x)}" y="${round(y)}" class="${classes}" text-anchor="${anchor}">${escapeXml(words)}</text>`
}

export function line(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" class="grid"/>`
}

export function round(value: number): number {
  return Math.round(value * 10) / 10
}

/** 1,500,000 as 1.5M: for the marks of an axis. */
export function short(value: number): string {
  if (value >= 1_000_000) return `${rough(value / 1_000_000)}M`
  return value >= 1000 ? `${rough(value / 1000)}k` : rough(value)
}

function escapeXml(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** Lines through measured points. */
import { linearAxis, logAxis } from './axis.ts'
import { type Colour, line, round, short, svgDocument, text } from './svg.ts'

export interface Line {
  readonly label: string
  readonly colour: Colour
  /** In the order of x. */
  readonly points: readonly (readonly [x: number, y: number])[]
}

export interface LineChartOptions {
  readonly title: string
  readonly xTitle: string
  readonly yTitle: string
  readonly xScale: 'log' | 'linear'
  readonly yScale: 'log' | 'linear'
  readonly lines: readonly Line[]
}

const WIDTH = 860
const HEIGHT = 380
const PLOT = { left: 80, right: 220, top: 66, bottom: 58 }

export function lineChart({ title, xTitle, yTitle, xScale, yScale, lines }: LineChartOptions): string {
  const right = WIDTH - PLOT.right
  const bottom = HEIGHT - PLOT.bottom
  const all = lines.flatMap(({ points }) => points)
  const axes = { log: logAxis, linear: linearAxis }
  const x = axes[xScale](
    all.map(([value]) => value),
    PLOT.left,
    right,
  )
  const y = axes[yScale](
    all.map(([, value]) => value),
    bottom,
    PLOT.top,
  )
  const grid = [
    ...x.marks.flatMap((mark) => [
      line(x.place(mark), PLOT.top, x.place(mark), bottom),
      text(x.place(mark), bottom + 18, short(mark), 'small', 'middle'),
    ]),
    ...y.marks.flatMap((mark) => [
      line(PLOT.left, y.place(mark), right, y.place(mark)),
      text(PLOT.left - 8, y.place(mark) + 4, short(mark), 'small', 'end'),
    ]),
  ]
  const titles = [
    text(16, PLOT.top - 14, yTitle, 'small'),
    text((PLOT.left + right) / 2, HEIGHT - 16, xTitle, 'small', 'middle'),
  ]
  const drawn = lines.flatMap(({ label, colour, points }, index) => {
    const path = points
      .map(([a, b], at) => `${at === 0 ? 'M' : 'L'}${round(x.place(a))} ${round(y.place(b))}`)
      .join(' ')
    const dots = points.map(([a, b]) => {
      return `<circle cx="${round(x.place(a))}" cy="${round(y.place(b))}" r="3" class="fill-${colour}"/>`
    })
    const keyY = PLOT.top + 10 + index * 22
    const key = [
      `<rect x="${right + 22}" y="${keyY - 9}" width="12" height="12" rx="2" class="fill-${colour}"/>`,
      text(right + 40, keyY + 1, label),
    ]
    return [`<path d="${path}" class="line line-${colour}"/>`, ...dots, ...key]
  })
  return svgDocument(title, WIDTH, HEIGHT, [...titles, ...grid, ...drawn])
}

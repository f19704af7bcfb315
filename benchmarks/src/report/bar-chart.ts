/** Bars from left to right on a logarithmic axis: things whose rates lie orders of magnitude apart. */
import { logAxis } from './axis.ts'
import { rough } from './format.ts'
import { type Colour, line, round, short, svgDocument, text } from './svg.ts'

export interface Bar {
  readonly label: string
  readonly value: number
  /** The least and the most of the runs. */
  readonly range?: readonly [number, number]
  readonly colour: Colour
}

const WIDTH = 860
const LEFT = 330
const RIGHT = 90
const TOP = 62
const BAR = 18
const GAP = 8

export function barChart(title: string, unit: string, bars: readonly Bar[]): string {
  const height = TOP + bars.length * (BAR + GAP) + 16
  const values = bars.flatMap(({ value, range = [] }) => [value, ...range])
  const axis = logAxis(values, LEFT, WIDTH - RIGHT)
  const grid = axis.marks.flatMap((mark) => {
    const x = axis.place(mark)
    return [line(x, TOP - 6, x, height - 12), text(x, TOP - 12, short(mark), 'small', 'middle')]
  })
  const drawn = bars.flatMap(({ label, value, range, colour }, index) => {
    const y = TOP + index * (BAR + GAP)
    const middle = y + BAR / 2
    const width = Math.max(1, axis.place(value) - LEFT)
    const whisker = range === undefined ? [] : [line(axis.place(range[0]), middle, axis.place(range[1]), middle)]
    return [
      text(LEFT - 10, middle + 4, label, '', 'end'),
      `<rect x="${LEFT}" y="${y}" width="${round(width)}" height="${BAR}" rx="3" class="fill-${colour}"/>`,
      ...whisker,
      text(Math.max(axis.place(range?.[1] ?? value), axis.place(value)) + 8, middle + 4, rough(value), 'small'),
    ]
  })
  return svgDocument(title, WIDTH, height, [text(16, TOP - 12, unit, 'small'), ...grid, ...drawn])
}

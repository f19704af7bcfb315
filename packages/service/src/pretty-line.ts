/** A line of the log for people: time, level, name, message, then what else there is. */
const TIME_START = 11
const TIME_END = 23
const LEVEL_WIDTH = 5

export function prettyLine(line: string): string {
  const entry = parse(line)
  if (entry === undefined) return line
  const { time, level, name, msg, err, ...rest } = entry
  const clock = plain(time).slice(TIME_START, TIME_END)
  const head = `${clock} ${plain(level).toUpperCase().padEnd(LEVEL_WIDTH)} ${plain(name)}:`
  const message = msg === undefined ? [] : [plain(msg)]
  const details = Object.entries(rest).map(([key, value]) => `${key}=${plain(value)}`)
  return `${[[head, ...message, ...details].join(' '), ...errorLines(err)].join('\n')}\n`
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch {
    return undefined
  }
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function errorLines(error: unknown): string[] {
  if (error === undefined || error === null) return []
  const { stack, message } = error as { stack?: unknown; message?: unknown }
  const text = typeof stack === 'string' ? stack : typeof message === 'string' ? message : JSON.stringify(error)
  return text.split('\n').map((part) => `    ${part}`)
}

/** What goes on, one line a step on standard error, with the time since the start. */
export type Progress = (line: string) => void

const MS_PER_SECOND = 1000

export function createProgress(write: (text: string) => void): Progress {
  const startedMs = performance.now()
  return (line) => {
    const seconds = Math.floor((performance.now() - startedMs) / MS_PER_SECOND)
    const minutes = String(Math.floor(seconds / 60)).padStart(2, ' ')
    write(`[${minutes}:${String(seconds % 60).padStart(2, '0')}] ${line}\n`)
  }
}

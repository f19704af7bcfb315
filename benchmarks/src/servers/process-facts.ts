/** What the system says of a process: its processor time and its memory. Undefined where it does not say (no Linux). */
import { readFileSync } from 'node:fs'

const CLOCK_TICKS_A_SECOND = 100
const KB_A_MB = 1024

export function cpuSecondsOf(pid: number): number | undefined {
  const stat = read(`/proc/${pid}/stat`)
  // The program's name stands in brackets and may hold blanks; user and system time are the 14th and 15th word.
  const words = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  return words === undefined ? undefined : (Number(words[11]) + Number(words[12])) / CLOCK_TICKS_A_SECOND
}

export function memoryMbOf(pid: number): number | undefined {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) / KB_A_MB
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** A process that the real code runs in: it has a clock and randomness of its own, calls on their way, and can stop at any await. */
import type { Clock, Random } from '@weir/service'
import { type SeededRandom, seededRandom } from '@weir/testkit'
import type { Call } from './call.ts'
import type { VirtualTime } from './virtual-time.ts'

const US_PER_MS = 1000

export class SimulatedProcess {
  /** Of its place: `pod-1` stays `pod-1` when it is started anew. */
  readonly name: string
  readonly clock: Clock
  readonly random: Random
  /** Its calls that were not answered yet, oldest first. */
  readonly calls: Call[] = []
  isDead = false
  isPaused = false
  /** Which of two masters it talks to, while there are two. */
  side: 'first' | 'second' = 'first'
  readonly #time: VirtualTime
  #asleepSinceUs: number | undefined
  #sleptUs = 0

  constructor(name: string, time: VirtualTime, seed: number) {
    this.name = name
    this.#time = time
    const random: SeededRandom = seededRandom(seed)
    this.random = { hex: (bytes) => random.hex(bytes), fraction: () => random.fraction() }
    this.clock = {
      nowMs: () => Math.floor(time.nowUs / US_PER_MS),
      monotonicMs: () => (time.nowUs - this.#sleptUs) / US_PER_MS,
      sleep: (ms, signal) => time.sleep(this, ms, signal),
    }
  }

  get isRunning(): boolean {
    return !this.isDead && !this.isPaused
  }

  /** `machineSleeps`: the monotonic clock stands still meanwhile, as it does when a laptop lid is closed. */
  pause({ machineSleeps }: { machineSleeps: boolean }): void {
    this.isPaused = true
    this.#asleepSinceUs = machineSleeps ? this.#time.nowUs : undefined
  }

  resume(): void {
    if (this.#asleepSinceUs !== undefined) this.#sleptUs += this.#time.nowUs - this.#asleepSinceUs
    this.#asleepSinceUs = undefined
    this.isPaused = false
  }

  die(): void {
    this.isDead = true
    this.isPaused = false
    this.calls.length = 0
    this.#time.forget(this)
  }
}

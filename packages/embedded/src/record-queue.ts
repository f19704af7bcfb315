/**
 * Group commit for records of one input: those that are recorded while a batch is on its way go together with the next. The
 * first goes at the end of the turn in which it was recorded. No timer: the busier Redis is, the larger the batches.
 */
import type { IngestAnswer, RequestToken, TickBatch, TickCounts } from '@weir/ingest'
import { RecordError } from './record-error.ts'

/** Takes records one at a time, and says of each at once whether it can be right. */
export interface BatchReader {
  readonly rejected: number
  reasonSince(before: number): string | undefined
  finish(): TickBatch
}

export interface RecordQueueOptions<Reader extends BatchReader> {
  readonly createReader: () => Reader
  readonly submit: (batch: TickBatch, token: RequestToken) => Promise<IngestAnswer>
  /** Numbers the records of one producer; undefined: they have no numbers. */
  readonly sequence: { readonly name: string; next: number } | undefined
  /** Batches on their way; with numbers one, since they must arrive in order. */
  readonly batchesMax: number
  readonly recordsPerBatchMax: number
  readonly recordsPendingMax: number
}

interface OpenBatch<Reader> {
  readonly reader: Reader
  readonly counted: PromiseWithResolvers<TickCounts>
  records: number
}

/** How often a numbered batch whose outcome is unknown is sent again; it counts once all the same. */
const RESENDS_MAX = 20

export class RecordQueue<Reader extends BatchReader> {
  readonly #options: RecordQueueOptions<Reader>
  readonly #waiting: OpenBatch<Reader>[] = []
  readonly #sending = new Set<Promise<unknown>>()
  #pending = 0
  #isScheduled = false

  constructor(options: RecordQueueOptions<Reader>) {
    this.#options = options
  }

  /**
   * `add` gives the record to the batch's reader. Resolves with what became of the
   * batch once it is in Redis. Throws a RecordError for a record that is refused or finds no room.
   */
  record(add: (reader: Reader) => void): Promise<TickCounts> {
    const { recordsPendingMax, recordsPerBatchMax } = this.#options
    if (this.#pending >= recordsPendingMax) {
      throw new RecordError('WEIR_BUSY', `${recordsPendingMax} records wait for Redis; record this one again later`)
    }
    let batch = this.#waiting.at(-1)
    if (batch === undefined || batch.records >= recordsPerBatchMax) {
      batch = { reader: this.#options.createReader(), counted: Promise.withResolvers(), records: 0 }
      // Whoever does not wait for its records must not end the process when they fail.
      batch.counted.promise.catch(() => undefined)
      this.#waiting.push(batch)
      this.#schedule()
    }
    const { rejected } = batch.reader
    add(batch.reader)
    const fault = batch.reader.reasonSince(rejected)
    if (fault !== undefined) throw new RecordError('WEIR_RECORD_REJECTED', fault)
    batch.records++
    this.#pending++
    return batch.counted.promise
  }

  /** Resolves when nothing waits and nothing is on its way. */
  async flush(): Promise<void> {
    this.#send()
    while (this.#sending.size > 0) await Promise.allSettled(this.#sending)
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      this.#send()
    })
  }

  #send(): void {
    while (this.#waiting.length > 0 && this.#sending.size < this.#options.batchesMax) {
      const sent = this.#sendBatch(this.#waiting.shift() as OpenBatch<Reader>)
      this.#sending.add(sent)
      void sent.finally(() => {
        this.#sending.delete(sent)
        this.#send()
      })
    }
  }

  async #sendBatch({ reader, counted, records }: OpenBatch<Reader>): Promise<void> {
    const { submit, sequence } = this.#options
    const batch = reader.finish()
    const token: RequestToken =
      sequence === undefined ? { kind: 'none' } : { kind: 'producer', name: sequence.name, first: sequence.next }
    try {
      let answer = await submit(batch, token)
      for (let tries = 0; sequence !== undefined && isToBeSentAgain(answer) && tries < RESENDS_MAX; tries++) {
        await new Promise((resolve) => setTimeout(resolve, RESEND_PAUSE_MS))
        answer = await submit(batch, token)
      }
      if (answer.kind !== 'counted') throw errorOf(answer)
      if (sequence !== undefined) sequence.next += batch.ticks
      batch.events.release()
      counted.resolve(answer.counts)
    } catch (error) {
      counted.reject(error)
    } finally {
      this.#pending -= records
    }
  }
}

const RESEND_PAUSE_MS = 100

function isToBeSentAgain(answer: IngestAnswer): boolean {
  return answer.kind === 'unknown' || (answer.kind === 'unavailable' && answer.retryable)
}

function errorOf(answer: Exclude<IngestAnswer, { kind: 'counted' }>): RecordError {
  switch (answer.kind) {
    case 'unavailable':
    case 'overflow':
      return new RecordError('WEIR_NOT_COUNTED', answer.message)
    case 'gap':
      return new RecordError(
        'WEIR_NOT_COUNTED',
        `Redis has lost what it had of this producer: it expects number ${answer.expected}. Open Weir again, and go on from there`,
      )
    case 'unknown':
    case 'unwritten':
      return new RecordError('WEIR_OUTCOME_UNKNOWN', 'it is not known whether the records were counted')
    case 'bad-ticks':
    case 'key-reused':
      return new RecordError('WEIR_NOT_COUNTED', `the batch was refused: ${answer.kind}`)
  }
}

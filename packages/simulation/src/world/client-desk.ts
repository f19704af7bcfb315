/** Where a client's requests meet the pods: one outstanding at a time, whose answer waits until the scheduler hands it over. */
import { EventBatch } from '@weir/accumulator'
import { type IngestAnswer, noRejections, type TickBatch } from '@weir/ingest'
import { type Client, type ClientRequest, describeRequest, type Told } from '../clients/client.ts'
import { addOp, inputOf, type Op } from '../plan/op.ts'
import type { Ledger } from './ledger.ts'
import type { Pod } from './pod.ts'
import type { SimulatedProcess } from './process.ts'

interface Outstanding {
  readonly request: ClientRequest
  /** The process that has it: a pod's next one knows nothing of it. */
  readonly process: SimulatedProcess
  readonly lossesAtBegin: number
  answer: Told | undefined
}

export interface DeskOptions {
  readonly ledger: Ledger
  /** How often Redis has lost something so far. */
  readonly losses: () => number
  /** All that a client has to send, in its order. */
  readonly opsOf: (client: string) => readonly Op[]
  readonly onFault: (fault: string) => void
  /** Told of the ticks of a request as its pod has acknowledged them. */
  readonly onCounted: (ops: readonly Op[]) => Promise<void>
}

export class ClientDesk {
  readonly client: Client
  readonly #options: DeskOptions
  #outstanding: Outstanding | undefined

  constructor(client: Client, options: DeskOptions) {
    this.client = client
    this.#options = options
  }

  get canSend(): boolean {
    return this.#outstanding === undefined && !this.client.isDone
  }

  get waits(): boolean {
    return this.#outstanding !== undefined
  }

  /** The pod has answered, or has died. */
  get hasAnswer(): boolean {
    return (
      this.#outstanding !== undefined && (this.#outstanding.answer !== undefined || this.#outstanding.process.isDead)
    )
  }

  /** Gives what it sent, for people. */
  send(pod: Pod): string {
    const request = this.client.next()
    const { ledger, losses, onFault, onCounted } = this.#options
    const outstanding: Outstanding = { request, process: pod.process, lossesAtBegin: losses(), answer: undefined }
    this.#outstanding = outstanding
    if (request.kind === 'ticks') ledger.sent(request.ops)
    submit(pod, request).then(
      async (answer) => {
        if (answer.kind === 'counted' && request.kind === 'ticks') await onCounted(request.ops)
        outstanding.answer = answer
      },
      (error: unknown) => onFault(`a request was rejected: ${String(error)}`),
    )
    return describeRequest(request)
  }

  /** The client hears the answer. */
  hear(): Told {
    const told = this.#outstanding?.answer ?? { kind: 'lost' }
    this.#end(told)
    return told
  }

  /** The client waits no longer, or the answer is lost; the pod may go on with the request. */
  giveUp(): void {
    this.#end({ kind: 'lost' })
  }

  #end(told: Told): void {
    const ended = this.#outstanding
    if (ended === undefined) return
    this.#outstanding = undefined
    const { request, lossesAtBegin } = ended
    const { ledger, opsOf } = this.#options
    if (request.kind === 'ticks') ledger.told(request.ops, told, isRepeated(told) ? 0 : lossesAtBegin)
    if (told.kind === 'mark') ledger.toldMark(opsOf(this.client.name), told.mark, lossesAtBegin)
    const fault = this.client.told(request, told)
    if (fault !== undefined) this.#options.onFault(fault)
  }
}

/** The answer to an earlier request, given again: it says nothing of what was lost since. */
function isRepeated(told: Told): boolean {
  return told.kind === 'counted' && told.repeated
}

async function submit({ ingest }: Pod, request: ClientRequest): Promise<IngestAnswer | Told> {
  if (request.kind === 'ticks')
    return ingest.submit({ batch: batchOf(request.ops), token: request.token, strict: false })
  return ingest.producerMark(request.producer).then(
    (mark): Told => ({ kind: 'mark', mark }),
    (): Told => ({ kind: 'lost' }),
  )
}

function batchOf(ops: readonly Op[]): TickBatch {
  const events = new EventBatch(inputOf(ops[0] as Op))
  for (const [ordinal, op] of ops.entries()) addOp(events, ordinal, op)
  return { events, ticks: ops.length, rejections: noRejections }
}

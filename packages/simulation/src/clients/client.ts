/** Who sends ticks. A client is a machine without time: the scheduler says when it sends, and when it hears of the outcome. */
import type { IngestAnswer, RequestToken } from '@weir/ingest'
import type { Op } from '../plan/op.ts'

export interface Client {
  readonly name: string
  readonly isDone: boolean
  /** Called only while nothing of it is outstanding, and it is not done. */
  next(): ClientRequest
  /** What became of its request; gives what is wrong with that, if anything. */
  told(request: ClientRequest, outcome: Told): string | undefined
}

export type ClientRequest =
  | {
      readonly kind: 'ticks'
      readonly ops: readonly Op[]
      readonly token: RequestToken
    }
  /** Asks where a producer stands. */
  | { readonly kind: 'ask-mark'; readonly producer: string }

export type Told =
  | IngestAnswer
  | { readonly kind: 'mark'; readonly mark: number }
  /** Nobody answered: the pod died, the connection broke, or the client waited long enough. */
  | { readonly kind: 'lost' }

/** What a client is told of the run it is in. */
export interface ClientRules {
  /** Redis may lose what it had acknowledged, so a producer may be asked to go back. */
  readonly mayGoBack: boolean
}

export function describeRequest(request: ClientRequest): string {
  if (request.kind === 'ask-mark') return `asks for the mark of ${request.producer}`
  const [from, to] = [request.ops[0]?.sequence, request.ops.at(-1)?.sequence]
  return `sends ${from}-${to}${request.token.kind === 'key' ? ` under key ${request.token.key}` : ''}`
}

/** The sum of what an answer counts must be what was sent. */
export function checkCounts(request: Extract<ClientRequest, { kind: 'ticks' }>, told: Told): string | undefined {
  if (told.kind !== 'counted') return undefined
  const { ticks, accepted, duplicates, rejected } = told.counts
  if (ticks === request.ops.length && accepted + duplicates + rejected === ticks) return undefined
  return `an answer counts ${accepted} + ${duplicates} + ${rejected} of ${request.ops.length} ticks`
}

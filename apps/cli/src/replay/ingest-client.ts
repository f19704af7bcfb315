/** The client of the ingest server's HTTP interface: numbered batches of CSV, repeated until they are answered. */
import { STATUS_CODES } from 'node:http'
import type { Clock, Random } from '@weir/service'
import { CliError } from '../cli-error.ts'
import { type HttpAnswer, requestOnce } from './request-once.ts'
import { type Attempt, type RetryOptions, withRetries } from './retries.ts'

export interface IngestClient {
  /** The number of the last tick that the server knows of this producer; 0 where it knows none. */
  readMark(producer: string): Promise<number>
  /** Sends a batch until it is answered. Throws CliError where that takes too long or the server refuses it. */
  send(batch: NumberedBatch): Promise<SendReply>
}

export interface NumberedBatch {
  readonly producer: string
  /** The number of its first tick, from 1. */
  readonly sequence: number
  readonly header: string
  readonly lines: readonly string[]
}

export type SendReply =
  | {
      readonly kind: 'counted'
      readonly accepted: number
      readonly duplicates: number
      readonly rejected: number
      /** The first of the rejected. */
      readonly rejections: readonly Rejection[]
    }
  | { readonly kind: 'gap'; readonly expected: number }

export interface Rejection {
  /** Its place in the batch, from 0. */
  readonly index: number
  readonly reason: string
}

export interface IngestClientOptions {
  readonly url: string
  readonly token: string | undefined
  readonly clock: Clock
  readonly random: Random
  readonly signal: AbortSignal
  readonly patienceMs: number
  readonly onWait: RetryOptions['onWait']
}

/** A server that was never reached is most likely not running, or the URL is wrong: no reason to wait long. */
const FIRST_CONTACT_MS = 2_000
const RETRIED_STATUS = [408, 429, 502, 503, 504]

export function createIngestClient(options: IngestClientOptions): IngestClient {
  const { patienceMs } = options
  let wasReached = false
  const request = (path: string, init: RequestInit): Promise<HttpAnswer> => {
    const attempt = async (): Promise<Attempt<HttpAnswer>> => {
      const answer = await requestOnce(options, path, init)
      if (answer.kind === 'cut') return { kind: 'again', reason: answer.reason, retryAfterMs: undefined }
      wasReached = true
      if (!RETRIED_STATUS.includes(answer.status)) return { kind: 'done', value: answer }
      return {
        kind: 'again',
        reason: `${options.url} answers ${answer.status}: ${messageOf(answer)}`,
        retryAfterMs: answer.retryAfterMs,
      }
    }
    return withRetries(attempt, {
      ...options,
      patienceMs: () => (wasReached ? patienceMs : Math.min(FIRST_CONTACT_MS, patienceMs)),
    })
  }
  return {
    readMark: async (producer) => {
      const answer = await request(`/v1/producers/${encodeURIComponent(producer)}`, { method: 'GET' })
      if (answer.status !== 200) throw refused(options.url, answer)
      return countIn(answer.body, 'mark')
    },
    send: async ({ producer, sequence, header, lines }) => {
      const answer = await request('/v1/ticks', {
        method: 'POST',
        headers: { 'content-type': 'text/csv', 'weir-producer': producer, 'weir-sequence': String(sequence) },
        body: `${header}\n${lines.join('\n')}\n`,
      })
      return readReply(options.url, answer)
    },
  }
}

function readReply(url: string, answer: HttpAnswer): SendReply {
  const { status, body } = answer
  if (status === 409) {
    const expected = countIn(objectIn(body, 'error'), 'expected')
    if (expected > 0) return { kind: 'gap', expected }
  }
  if (status !== 200) throw refused(url, answer)
  if (asObject(body)?.['accepted'] === undefined) {
    throw new CliError('WEIR_CLI_REFUSED', `${url} does not answer like a Weir ingest server. Is the URL right?`)
  }
  return {
    kind: 'counted',
    accepted: countIn(body, 'accepted'),
    duplicates: countIn(body, 'duplicates'),
    rejected: countIn(body, 'rejected'),
    rejections: rejectionsIn(body),
  }
}

function refused(url: string, answer: HttpAnswer): CliError {
  const said = `${url} answers ${answer.status}: ${messageOf(answer)}`
  switch (answer.status) {
    case 401:
    case 403:
      return new CliError('WEIR_CLI_REFUSED', `${said}. Set WEIR_TOKEN to a token of the role ingest.`)
    case 404:
      return new CliError('WEIR_CLI_REFUSED', `${said}. Is this the URL of a Weir ingest server?`)
    case 413:
      return new CliError('WEIR_CLI_REFUSED', `${said}. Choose a smaller --batch.`)
    default:
      return new CliError('WEIR_CLI_REFUSED', `${said}.`)
  }
}

function messageOf({ body, status }: HttpAnswer): string {
  const message = objectIn(body, 'error')?.['message']
  return typeof message === 'string' ? message : (STATUS_CODES[status] ?? 'no message')
}

function rejectionsIn(body: unknown): Rejection[] {
  const errors = asObject(body)?.['errors']
  if (!Array.isArray(errors)) return []
  return errors.map((error) => ({ index: countIn(error, 'index'), reason: String(asObject(error)?.['reason']) }))
}

/** A whole number of this name; 0 where there is none. */
function countIn(body: unknown, name: string): number {
  const value = asObject(body)?.[name]
  return Number.isSafeInteger(value) ? (value as number) : 0
}

function objectIn(body: unknown, name: string): Record<string, unknown> | undefined {
  return asObject(asObject(body)?.[name])
}

function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
}

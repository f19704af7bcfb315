/**
 * A way to a server that breaks when it is told to: it delays, swallows, cuts. The worst case is the reply that is lost
 * after the server did its work, since the caller cannot tell it from a request that never arrived.
 */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

export type FaultMode =
  | { readonly kind: 'pass' }
  /** Connections are taken, and nothing goes through in either direction. */
  | { readonly kind: 'black-hole' }
  /** Requests arrive, replies vanish; the connection stays. */
  | { readonly kind: 'swallow-replies' }
  /** Requests arrive; the first reply of a connection is swallowed, and the connection reset. */
  | { readonly kind: 'cut-replies' }
  /** Replies come so much later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** New connections are reset. */
  | { readonly kind: 'refuse' }

const PASS: FaultMode = { kind: 'pass' }

interface Pair {
  readonly client: Socket
  readonly upstream: Socket
}

export class FaultProxy implements AsyncDisposable {
  readonly #server: Server
  readonly #target: URL
  readonly #pairs = new Set<Pair>()
  #mode = PASS
  #cutsLeft = Number.POSITIVE_INFINITY
  #lostReplies = 0
  #onLostReply: (() => void)[] = []

  private constructor(target: URL) {
    this.#target = target
    this.#server = createServer((client) => this.#accept(client))
  }

  static async start(targetUrl: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(new URL(targetUrl))
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  /** The target's URL, by way of the proxy. */
  get url(): string {
    const url = new URL(this.#target.href)
    url.host = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
    return url.href
  }

  /** Replies that the server gave and nobody got. */
  get lostReplies(): number {
    return this.#lostReplies
  }

  /** Also for the connections that stand. */
  setMode(mode: FaultMode): void {
    this.#mode = mode
    this.#cutsLeft = Number.POSITIVE_INFINITY
  }

  /** Cuts the next replies, each with its connection, then passes everything again. */
  cutReplies(times: number): void {
    this.#mode = { kind: 'cut-replies' }
    this.#cutsLeft = times
  }

  /** Resolves when the next reply is lost: the server has done its work by then. */
  nextLostReply(): Promise<void> {
    return new Promise((resolve) => this.#onLostReply.push(resolve))
  }

  /** Resets every connection. */
  resetAll(): void {
    for (const pair of this.#pairs) this.#reset(pair)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.resetAll()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #accept(client: Socket): void {
    if (this.#mode.kind === 'refuse') {
      client.resetAndDestroy()
      return
    }
    const upstream = connect(Number(this.#target.port), this.#target.hostname)
    const pair = { client, upstream }
    this.#pairs.add(pair)
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true)
      socket.on('error', () => this.#reset(pair))
      socket.on('close', () => this.#reset(pair))
    }
    client.on('data', (bytes) => {
      if (this.#mode.kind !== 'black-hole') upstream.write(bytes)
    })
    upstream.on('data', (bytes) => this.#reply(pair, bytes))
  }

  #reply(pair: Pair, bytes: Buffer): void {
    const mode = this.#mode
    if (mode.kind === 'delay') {
      setTimeout(() => pair.client.writable && pair.client.write(bytes), mode.ms)
      return
    }
    if (mode.kind !== 'black-hole' && mode.kind !== 'swallow-replies' && mode.kind !== 'cut-replies') {
      pair.client.write(bytes)
      return
    }
    this.#lostReplies++
    if (mode.kind === 'cut-replies') {
      this.#reset(pair)
      if (--this.#cutsLeft <= 0) this.#mode = PASS
    }
    for (const resolve of this.#onLostReply.splice(0)) resolve()
  }

  #reset(pair: Pair): void {
    if (!this.#pairs.delete(pair)) return
    pair.client.resetAndDestroy()
    pair.upstream.destroy()
  }
}

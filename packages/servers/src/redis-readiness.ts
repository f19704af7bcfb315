// Asks a Redis whether it is ready: AUTH and PING over one short connection. Too small a question for a client library.

import { connect } from 'node:net'

const answerTimeoutMs = 2_000
const answerBytesMax = 4_096

/** `loading`: it reads its append-only file. `absent`: nothing answers yet. `refused`: it answers something else. */
export type RedisReadiness =
  | { readonly kind: 'ready' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly answer: string }

export async function askRedisReadiness(port: number, password: string): Promise<RedisReadiness> {
  const answer = await exchange(port, `AUTH ${password}\r\nPING\r\n`)
  if (answer === undefined) return { kind: 'absent' }
  if (answer.includes('-LOADING')) return { kind: 'loading' }
  return answer === '+OK\r\n+PONG\r\n' ? { kind: 'ready' } : { kind: 'refused', answer: answer.trim() }
}

/** Sends inline commands and returns the two lines that come back; undefined when no one answers in time. */
function exchange(port: number, commands: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect({ host: '127.0.0.1', port })
    const finish = (result: string | undefined): void => {
      socket.destroy()
      resolve(result)
    }
    socket.setEncoding('utf8')
    socket.setTimeout(answerTimeoutMs, () => finish(undefined))
    socket.once('error', () => finish(undefined))
    socket.once('close', () => finish(undefined))
    socket.once('connect', () => socket.write(commands))
    socket.on('data', (chunk: string) => {
      answer += chunk
      if (answer.split('\r\n').length > 2 || answer.length > answerBytesMax) finish(answer)
    })
  })
}

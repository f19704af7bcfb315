/** One request to a pod, by Node's own client. */
import { type Agent, request } from 'node:http'

export interface PostAnswer {
  readonly accepted: number
}

/** Throws where the pod answers anything but that it has taken the ticks. */
export function postTicks(agent: Agent, url: string, contentType: string, body: Buffer): Promise<PostAnswer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': contentType, 'content-length': body.length }
    const sent = request(`${url}/v1/ticks`, { method: 'POST', agent, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('error', reject)
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString()
        if (response.statusCode === 200) resolve(JSON.parse(text) as PostAnswer)
        else reject(new Error(`the pod answered ${response.statusCode}: ${text.slice(0, 300)}`))
      })
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

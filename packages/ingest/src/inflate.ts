/** Gunzip that stops at the limit: a small body that inflates to gigabytes costs no more than the limit. */
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { tooLarge, unreadable } from './body-error.ts'

const gunzipAsync = promisify(gunzip)

/** Throws a BodyError where the gzip is truncated or corrupt, or inflates to more than `bytesMax`. */
export async function inflate(compressed: Buffer, bytesMax: number): Promise<Buffer> {
  try {
    return await gunzipAsync(compressed, { maxOutputLength: bytesMax })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(bytesMax)
    throw unreadable(`the body is no complete gzip: ${(error as Error).message}`, error)
  }
}

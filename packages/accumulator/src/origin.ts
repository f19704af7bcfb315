/**
 * An origin names one unbroken Redis history. It is 16 bytes, written as 32 hex digits (a UUID in PostgreSQL): the time of
 * its minting in µs, big-endian, then the 8 random bytes of the call that minted it. Minting times grow within one Redis
 * data set, so origins sort by creation, and a row belongs to the present history exactly when its origin is not older
 * than the shard's.
 */
import { assert } from './assert.ts'

export const CANDIDATE_BYTES = 8
const TIME_DIGITS = 16

/** `candidate`: 16 hex digits, new for every call and every resend of a call. */
export function mintOrigin(timeUs: number, candidate: string): string {
  assert(/^[0-9a-f]{16}$/.test(candidate), 'a candidate is 8 bytes in hex')
  return BigInt(timeUs).toString(16).padStart(TIME_DIGITS, '0') + candidate
}

/** The minting time of an origin, in µs of the Redis server's clock. */
export function originTimeUs(origin: string): number {
  return Number(BigInt(`0x${origin.slice(0, TIME_DIGITS)}`))
}

export function originToUuid(origin: string): string {
  return origin.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

export function originFromUuid(uuid: string): string {
  return uuid.replaceAll('-', '')
}

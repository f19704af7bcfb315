/** Idempotency keys, each in the home shard of the key: claimed before the request is applied, answered after. */
import { assert, type ClaimOutcome, type KeyClaim } from '@weir/accumulator'
import type { StoreContext } from './store-context.ts'

/** The script keeps digest and answer in one text, divided by colons. */
const DIGEST = /^[^:]+$/

export async function claimKey(context: StoreContext, shard: number, claim: KeyClaim): Promise<ClaimOutcome> {
  assert(DIGEST.test(claim.digest), 'a digest has no colon')
  const key = context.keysOf(shard).idempotency(claim.key)
  const reply = (await context.run('claim', [key], [claim.digest, claim.ttlMs])) as Buffer[]
  const [kind = '', value = ''] = reply.map(String)
  switch (kind) {
    case 'claimed':
      return { kind: 'claimed', claimedAtMs: Number(value) }
    case 'answered':
      return { kind: 'answered', answer: value }
    default:
      return { kind: 'mismatch' }
  }
}

export async function answerKey(
  context: StoreContext,
  shard: number,
  key: string,
  answer: string,
  ttlMs: number,
): Promise<void> {
  await context.run('answer', [context.keysOf(shard).idempotency(key)], [answer, ttlMs])
}

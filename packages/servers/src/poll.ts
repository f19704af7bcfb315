// Waits for something outside this process that sends no event: asks again and again until a limit.

import { setTimeout as sleep } from 'node:timers/promises'

export type PollOptions = { readonly intervalMs: number; readonly limitMs: number }

/** Resolves to the first answer that is not undefined, or to undefined when `limitMs` is over. */
export async function poll<Answer>(
  ask: () => Promise<Answer | undefined> | Answer | undefined,
  options: PollOptions,
): Promise<Answer | undefined> {
  const limit = AbortSignal.timeout(options.limitMs)
  for (;;) {
    const answer = await ask()
    if (answer !== undefined || limit.aborted) return answer
    await sleep(options.intervalMs)
  }
}

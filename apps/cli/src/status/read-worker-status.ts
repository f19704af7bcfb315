/** Whether a sync worker does its work, by its own health page; only asked where a `weir up` tells its address. */
import { requestOnce } from '../replay/request-once.ts'

export type WorkerStatus =
  /** No `weir up` runs here: the last syncs in PostgreSQL tell whether a worker runs elsewhere. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'silent'; readonly reason: string }
  | { readonly kind: 'answers'; readonly status: string; readonly reasons: readonly string[] }

export async function readWorkerStatus(
  dashboardUrl: string | undefined,
  token: string | undefined,
  signal: AbortSignal,
): Promise<WorkerStatus> {
  if (dashboardUrl === undefined) return { kind: 'unknown' }
  const outcome = await requestOnce({ url: dashboardUrl, token, signal }, '/health', {})
  if (outcome.kind === 'cut') return { kind: 'silent', reason: outcome.reason }
  if (outcome.status !== 200) return { kind: 'silent', reason: `${dashboardUrl} answers ${outcome.status}` }
  const { status, not_ready: reasons } = (outcome.body ?? {}) as { status?: unknown; not_ready?: unknown }
  return {
    kind: 'answers',
    status: typeof status === 'string' ? status : 'ok',
    reasons: Array.isArray(reasons) ? reasons.map(String) : [],
  }
}

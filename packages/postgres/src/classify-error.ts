/**
 * What failed, told once, where the driver's error is known: a StoreError with a code that callers act on, and a message
 * that says what to do. An error that is not PostgreSQL's or the network's is a bug and stays what it is. Neither pg's
 * messages nor the target hold a password.
 */
import { StoreError, type StoreErrorCode } from '@weir/accumulator'

interface Rule {
  /** Matched against the SQLSTATE, Node's error code, or, where there is neither, the message. */
  readonly match: RegExp
  readonly code: StoreErrorCode
  readonly advice: string
}

const UNKNOWN_ADVICE = 'Whether it was written is unknown; it may be repeated.'
const BUSY_ADVICE = 'Nothing was written; the same call may be repeated.'
const TLS_ADVICE = 'Name the CA by sslrootcert in the URL, or correct the host name.'
const POOLER_ADVICE =
  'A pooler in transaction mode loses prepared statements: connect to PostgreSQL itself, or let the pooler keep them.'

/** The first that matches counts: exact states before their class. */
const STATE_RULES: readonly Rule[] = [
  {
    match: /^28/,
    code: 'WEIR_STORE_UNAUTHORIZED',
    advice: 'Correct the user and password of the URL, or pg_hba.conf.',
  },
  {
    match: /^42501$/,
    code: 'WEIR_STORE_UNAUTHORIZED',
    advice: 'Grant it to the user of the URL, or let it own the schema.',
  },
  { match: /^3D000$/, code: 'WEIR_NOT_MIGRATED', advice: 'Create the database (`createdb`), then run `weir migrate`.' },
  { match: /^(42P01|42703)$/, code: 'WEIR_NOT_MIGRATED', advice: 'Run `weir migrate`.' },
  { match: /^42P07$/, code: 'WEIR_STORE_UNSUITABLE', advice: 'Weir did not make it: give Weir a database of its own.' },
  // A dropped key, another type of a column: no row is to blame, so none may be put aside for it.
  { match: /^42/, code: 'WEIR_NOT_MIGRATED', advice: 'The tables are not as Weir makes them: undo what was changed.' },
  { match: /^3F000$/, code: 'WEIR_STORE_UNSUITABLE', advice: 'Create the schema that search_path names.' },
  {
    match: /^(53300|53400)$/,
    code: 'WEIR_STORE_UNREACHABLE',
    advice: 'Raise max_connections, or make the pools smaller.',
  },
  { match: /^53/, code: 'WEIR_STORE_FULL', advice: 'Make room on the server; what is not written stays in Redis.' },
  { match: /^25006$/, code: 'WEIR_STORE_READ_ONLY', advice: 'Point the URL at the primary.' },
  {
    match: /^40003$/,
    code: 'WEIR_STORE_UNREACHABLE',
    advice: UNKNOWN_ADVICE,
  },
  { match: /^(40|55|57014$)/, code: 'WEIR_STORE_BUSY', advice: BUSY_ADVICE },
  { match: /^(26000|42P05|0A000)$/, code: 'WEIR_STORE_BUSY', advice: POOLER_ADVICE },
  {
    match: /^(08|57P|58|25P0)/,
    code: 'WEIR_STORE_UNREACHABLE',
    advice: UNKNOWN_ADVICE,
  },
  // A value out of range, a constraint, a limit of an index entry, a trigger: about a row, so that others may go on.
  { match: /^(22|23|44|54|P0|38|39|27)/, code: 'WEIR_ROW_REFUSED', advice: 'Repeating it does not help.' },
  { match: /^(?=.*\d)[0-9A-Z]{5}$/, code: 'WEIR_STORE_REFUSED', advice: 'Repeating it does not help.' },
]

const NODE_RULES: readonly Rule[] = [
  {
    match: /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENOENT|EHOSTUNREACH|ENETUNREACH)$/,
    code: 'WEIR_STORE_UNREACHABLE',
    advice: 'Start PostgreSQL, or correct DATABASE_URL.',
  },
  {
    match: /^(ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT)$/,
    code: 'WEIR_STORE_UNREACHABLE',
    advice: UNKNOWN_ADVICE,
  },
  { match: /^EACCES$/, code: 'WEIR_STORE_UNAUTHORIZED', advice: 'Let this user open the socket.' },
  { match: /CERT|SIGNATURE|^ERR_(TLS|SSL)/, code: 'WEIR_STORE_UNSUITABLE', advice: TLS_ADVICE },
]

const MESSAGE_RULES: readonly Rule[] = [
  {
    match: /^timeout e|^Connection terminated due to connection timeout/,
    code: 'WEIR_STORE_UNREACHABLE',
    advice: 'No connection came free or up in time: look at the server, the network and the size of the pool.',
  },
  {
    match: /^Connection terminated|^Query read timeout|is not queryable$|establishing an SSL connection/,
    code: 'WEIR_STORE_UNREACHABLE',
    advice: UNKNOWN_ADVICE,
  },
  { match: /^SASL/, code: 'WEIR_STORE_UNAUTHORIZED', advice: 'Correct the user and password of the URL.' },
  {
    match: /does not support SSL/,
    code: 'WEIR_STORE_UNSUITABLE',
    advice: 'Turn TLS on there, or take sslmode from the URL.',
  },
]

/** `target` is the server and database, without user and password. */
export function classifyError(error: unknown, target: string): unknown {
  if (!(error instanceof Error) || error instanceof StoreError) return error
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const rule =
    code === undefined
      ? MESSAGE_RULES.find(({ match }) => match.test(error.message))
      : [...NODE_RULES, ...STATE_RULES].find(({ match }) => match.test(code))
  if (rule === undefined) return error
  const said = messageOf(error)
  const state = code === undefined || said.includes(code) ? '' : ` (${code})`
  return new StoreError(rule.code, `PostgreSQL at ${target}: ${said}${state}. ${rule.advice}`, { cause: error })
}

/** Whether the connection that gave this error can be used again. */
export function breaksConnection(error: unknown): boolean {
  if (!(error instanceof StoreError)) return true
  if (error.code === 'WEIR_STORE_UNREACHABLE') return true
  const { code } = (error.cause ?? {}) as { code?: unknown }
  return code === '26000' || code === '42P05' || code === '0A000'
}

/** A host with several addresses fails with an AggregateError, whose own message is empty. */
function messageOf(error: Error): string {
  if (error.message !== '' || !(error instanceof AggregateError)) return error.message
  return error.errors.map((inner) => (inner instanceof Error ? inner.message : String(inner))).join('; ')
}

/**
 * Takes secrets out of a text: passwords in URLs, bearer tokens, and JSON properties that are secrets by their name. It
 * works on whole log lines, so that an error's message, its stack and its causes are covered at any depth.
 */
const MASK = '***'
/**
 * Greedy to the last @ before a blank or a quote: masking too much is harmless, and a password may itself contain an @. The
 * limits keep the time linear; passwords of 1,500 characters exist (tokens of cloud databases).
 */
const URL_PASSWORD = /([a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/@"]{0,256}):[^\s"]{0,4096}@/gi
const QUERY_SECRET = /([?&](?:password|token)=)[^&\s"]*/gi
const AUTHORIZATION = /\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]+/gi
const SECRET_PROPERTY =
  /("(?:(?:proxy-)?authorization|(?:set-)?cookie|password|token|secret|WEIR_TOKENS)"\s*:\s*)"(?:[^"\\]|\\.)*"/gi

export function redactSecrets(text: string): string {
  return text
    .replace(URL_PASSWORD, `$1:${MASK}@`)
    .replace(QUERY_SECRET, `$1${MASK}`)
    .replace(AUTHORIZATION, `$1 ${MASK}`)
    .replace(SECRET_PROPERTY, `$1"${MASK}"`)
}

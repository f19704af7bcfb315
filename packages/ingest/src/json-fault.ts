/**
 * Where a JSON text breaks. `JSON.parse` is fast but names no position for most faults; this walk is run only over texts
 * that it refused.
 */

type Token = '[' | ']' | '{' | '}' | ',' | ':' | 'string' | 'scalar'
type Expected = 'value' | 'first value' | 'name' | 'first name' | 'colon' | 'separator'

/** Sticky patterns, tried at one place of the text. Lengths are bounded because the engine keeps a stack for each match. */
const SPACE = /[ \t\n\r]{1,1000}/y
const SCALAR = /-?(?:0|[1-9]\d{0,1000})(?:\.\d{1,1000})?(?:[eE][+-]?\d{1,1000})?|true|false|null/y
const CHARACTERS = /[ !#-[\]-\uffff]{1,1000}|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

/** The index of the first token that JSON does not allow there, or the text's end; undefined where the text is JSON. */
export function jsonFault(text: string): number | undefined {
  const open: ('[' | '{')[] = []
  let expected: Expected = 'value'
  let at = skipAll(SPACE, text, 0)
  while (at < text.length) {
    const token = tokenAt(text, at)
    const next: Expected | undefined = token === undefined ? undefined : follow(expected, token, open)
    if (token === undefined || next === undefined) return at
    expected = next
    at = skipAll(SPACE, text, tokenEnd(text, at, token) ?? at)
  }
  return expected === 'separator' && open.length === 0 ? undefined : at
}

/** What is expected after this token, or undefined where the token is not allowed. Keeps the open brackets. */
function follow(expected: Expected, token: Token, open: ('[' | '{')[]): Expected | undefined {
  if (expected === 'colon') return token === ':' ? 'value' : undefined
  if (expected === 'separator' && token === ',') return inside(open)
  const closes =
    (token === ']' && open.at(-1) === '[' && (expected === 'separator' || expected === 'first value')) ||
    (token === '}' && open.at(-1) === '{' && (expected === 'separator' || expected === 'first name'))
  if (closes) {
    open.pop()
    return 'separator'
  }
  if (expected === 'name' || expected === 'first name') return token === 'string' ? 'colon' : undefined
  if (expected === 'separator') return undefined
  if (token === 'string' || token === 'scalar') return 'separator'
  if (token !== '[' && token !== '{') return undefined
  open.push(token)
  return token === '[' ? 'first value' : 'first name'
}

function inside(open: readonly ('[' | '{')[]): Expected | undefined {
  const bracket = open.at(-1)
  return bracket === undefined ? undefined : bracket === '[' ? 'value' : 'name'
}

function tokenAt(text: string, at: number): Token | undefined {
  const character = text[at] ?? ''
  if ('[]{},:'.includes(character)) return character as Token
  const token = character === '"' ? 'string' : 'scalar'
  return tokenEnd(text, at, token) === undefined ? undefined : token
}

function tokenEnd(text: string, at: number, token: Token): number | undefined {
  if (token === 'scalar') return skip(SCALAR, text, at)
  if (token !== 'string') return at + 1
  const end = skipAll(CHARACTERS, text, at + 1)
  return text[end] === '"' ? end + 1 : undefined
}

function skipAll(pattern: RegExp, text: string, start: number): number {
  let at = start
  for (let next = skip(pattern, text, at); next !== undefined; next = skip(pattern, text, at)) at = next
  return at
}

/** The index after what the pattern matches at `at`; undefined where it matches nothing. */
function skip(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : undefined
}

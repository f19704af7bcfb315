/** How the text of an environment variable becomes a typed value. What is wrong is not said here, only that it is. */
import { z } from 'zod'

/** Who may do what: `operate` includes `read`; `ingest` may only send. */
export const ROLES = ['ingest', 'operate', 'read'] as const
export type Role = (typeof ROLES)[number]

export interface RoleToken {
  readonly role: Role
  readonly token: string
}

const TOKEN_LENGTH_MIN = 16
const TOKEN_LENGTH_MAX = 256
const TOKENS_MAX = 64
const SCALE = /^(?:1(?:e-?0)?|1e-([1-8])|0?\.(0{0,7}1))$/i

export function integer(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .pipe(z.int().min(min).max(max))
}

/** A whole number, or `off`, which becomes undefined. */
export function integerOrOff(min: number, max: number) {
  return z.union([z.literal('off').transform(() => undefined), integer(min, max)])
}

/** true, yes, on, 1, enabled and their opposites; anything else is refused. */
export function flag() {
  return z.stringbool()
}

export function oneOf<const Choices extends readonly [string, ...string[]]>(choices: Choices) {
  return z.enum(choices)
}

/** A name or an address; whether it exists, listening tells. */
export function hostName() {
  return text(/^[A-Za-z0-9.:_-]{1,253}$/)
}

export function text(pattern: RegExp) {
  return z.string().regex(pattern)
}

/** A URL of one of these schemes (`redis:`), with a host. */
export function url(protocols: readonly string[]) {
  return z.string().refine((value) => {
    if (!URL.canParse(value)) return false
    const parsed = new URL(value)
    return protocols.includes(parsed.protocol) && parsed.hostname !== ''
  })
}

/** A power of ten from 1e-8 to 1, as its number of decimal digits: `1e-4` and `0.0001` are 4. */
export function scaleDigits() {
  return z
    .string()
    .regex(SCALE)
    .transform((value) => {
      const [, exponent, fraction] = SCALE.exec(value) ?? []
      return exponent === undefined ? (fraction?.length ?? 0) : Number(exponent)
    })
}

export function timeZone() {
  return z.string().refine((zone) => {
    try {
      new Intl.DateTimeFormat('en-US', { timeZone: zone })
      return true
    } catch {
      return false
    }
  })
}

/** `role:token,role:token`; line breaks separate too, as a file of tokens has one a line. */
export function roleTokens() {
  const token = z.object({
    role: z.enum(ROLES),
    token: z
      .string()
      .min(TOKEN_LENGTH_MIN)
      .max(TOKEN_LENGTH_MAX)
      .regex(/^[\x21-\x7e]+$/),
  })
  return z
    .string()
    .transform((value): unknown[] =>
      value
        .split(/[,\n]/)
        .map((part) => part.trim())
        .filter((part) => part !== '')
        .map(splitToken),
    )
    .pipe(z.array(token).max(TOKENS_MAX))
}

function splitToken(part: string): { role: string; token: string } {
  const colon = part.indexOf(':')
  return { role: part.slice(0, Math.max(0, colon)), token: part.slice(colon + 1) }
}

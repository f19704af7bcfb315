/** Which formats a body may have, by its headers. */

export type BodyFormat = 'json' | 'ndjson' | 'csv'

const FORMATS: Readonly<Record<string, BodyFormat>> = {
  'application/json': 'json',
  'application/x-ndjson': 'ndjson',
  'text/csv': 'csv',
}

export const ACCEPTED_TYPES: readonly string[] = Object.keys(FORMATS)

/** The format of a `Content-Type`, parameters aside; undefined where it is none of ours or says another charset than UTF-8. */
export function formatOf(contentType: string | undefined): BodyFormat | undefined {
  const [type = '', ...parameters] = (contentType ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim())
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length)
  const isUtf8 = charset === undefined || /^"?(utf-?8|us-ascii)"?$/.test(charset)
  return isUtf8 && Object.hasOwn(FORMATS, type) ? FORMATS[type] : undefined
}

/** Whether a `Content-Encoding` is gzip; undefined where it is one that we do not read. */
export function isGzip(contentEncoding: string | undefined): boolean | undefined {
  const encoding = (contentEncoding ?? 'identity').trim().toLowerCase()
  if (encoding === 'identity' || encoding === '') return false
  return encoding === 'gzip' || encoding === 'x-gzip' ? true : undefined
}

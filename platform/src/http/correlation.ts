import type { IncomingHttpHeaders } from 'node:http'

const pattern = /^[A-Za-z0-9._-]{1,128}$/

/** The caller's X-Correlation-Id; null where it is absent or not 1–128 of [A-Za-z0-9._-] (then one is made). */
export function correlationIdOf(headers: IncomingHttpHeaders): string | null {
  const value = headers['x-correlation-id']
  return typeof value === 'string' && pattern.test(value) ? value : null
}

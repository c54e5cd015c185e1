const traceparentPattern = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

/** A W3C traceparent as it came in, to be handed on; null where there is none or it is not well-formed. */
export function traceparentOf(value: string | string[] | undefined): string | null {
  return typeof value === 'string' && traceparentPattern.test(value) ? value : null
}

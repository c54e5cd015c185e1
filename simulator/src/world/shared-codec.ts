import type { Codec, DecodedValue } from '@onsale/platform/codec'

/**
 * Decodes each stored value once, however many processes read it: a run spends its time on what can go wrong. What they are
 * given is frozen, so that none of them changes what another one reads.
 */
export function sharedCodec(codec: Codec): Codec {
  const decoded = new WeakMap<Buffer, DecodedValue>()
  return {
    encode: (name, data) => codec.encode(name, data),
    decode(value) {
      const known = decoded.get(value)
      if (known) return known
      const fresh = codec.decode(value)
      if (fresh instanceof Promise) return fresh
      decoded.set(value, deepFreeze(fresh))
      return fresh
    },
  }
}

function deepFreeze<T>(value: T): T {
  // Bytes can't be frozen.
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  for (const part of Object.values(value)) deepFreeze(part)
  return Object.freeze(value)
}

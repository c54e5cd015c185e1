import type { Codec, DecodedValue } from '@onsale/platform/codec'

/** On the bytes themselves: a map of all of them is what the garbage collector would spend its time on. */
const decoded = Symbol('decoded')
type Stored = Buffer & { [decoded]?: DecodedValue }

/** To freeze all of them is a twentieth of a run. */
const frozenOf = 8

/**
 * Decodes each stored value once, however many processes read it: a run spends its time on what can go wrong. What they are
 * given must not be changed, or another one would read it: every eighth is frozen, so that whoever does it throws.
 */
export function sharedCodec(codec: Codec): Codec {
  let count = 0
  return {
    encode: (name, data) => codec.encode(name, data),
    decode(value: Stored) {
      const known = value[decoded]
      if (known) return known
      const fresh = codec.decode(value)
      if (fresh instanceof Promise) return fresh
      value[decoded] = count++ % frozenOf === 0 ? deepFreeze(fresh) : fresh
      return fresh
    },
  }
}

function deepFreeze<T>(value: T): T {
  // Bytes can't be frozen.
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  for (const name in value) deepFreeze(value[name])
  return Object.freeze(value)
}

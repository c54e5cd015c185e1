/** Columns as 32-bit words, the same on every machine. */
export function bytesToWords(bytes: Uint8Array): Uint32Array {
  const words = new Uint32Array(Math.ceil(bytes.length / 4))
  for (let at = 0; at < bytes.length; at++) words[at >>> 2]! |= bytes[at]! << (8 * (at & 3))
  return words
}

export function wordsToBytes(words: Uint32Array, length: number): Uint8Array<ArrayBuffer> {
  if (words.length !== Math.ceil(length / 4)) throw new Error(`${words.length} words for ${length} bytes`)
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at++) bytes[at] = words[at >>> 2]! >>> (8 * (at & 3))
  return bytes
}

/** Whole numbers from 0 to 2^53, two words each. */
export function timesToWords(times: ArrayLike<number>): Uint32Array {
  const words = new Uint32Array(2 * times.length)
  for (let at = 0; at < times.length; at++) {
    words[2 * at] = times[at]! % 2 ** 32
    words[2 * at + 1] = Math.floor(times[at]! / 2 ** 32)
  }
  return words
}

export function wordsToTimes(words: Uint32Array): Float64Array<ArrayBuffer> {
  const times = new Float64Array(words.length / 2)
  for (let at = 0; at < times.length; at++) times[at] = words[2 * at + 1]! * 2 ** 32 + words[2 * at]!
  return times
}

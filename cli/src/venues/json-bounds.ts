import { FileError } from './file-error.js'

/** What a plan may be before it is parsed: a parser turns a byte of nonsense into fifty of memory. */
const deepest = 32
/** Values of a plan of 100,000 seats in pretix's words: about 1.2 million. */
const mostValues = 3_000_000

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const newLine = 0x0a
const opens = new Set([0x5b, 0x7b])
const closes = new Set([0x5d, 0x7d])
/** How the words that are no JSON begin: NaN, Infinity. */
const notNumbers = new Map([
  [0x4e, 'NaN'],
  [0x49, 'Infinity'],
])

/**
 * Looks through a JSON text once, in no memory to speak of: how deep it is nested and how many values it has.
 * @throws FileError where that is more than a seating plan can need, or where a number is none
 */
export function boundJson(bytes: Uint8Array): void {
  let depth = 0
  let values = 0
  let line = 1
  let inText = false
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] as number
    if (byte === newLine) line += 1
    if (inText) {
      if (byte === backslash) at += 1
      else if (byte === quote) inText = false
    } else if (byte === quote) inText = true
    else if (byte === comma) values += 1
    else if (opens.has(byte)) {
      depth += 1
      values += 1
      if (depth > deepest)
        throw new FileError('nesting', `must be at most ${deepest} levels deep, line ${line} is deeper`)
    } else if (closes.has(byte)) depth -= 1
    else {
      const word = notNumbers.get(byte)
      if (word !== undefined && startsWith(bytes, at, word))
        throw new FileError(`line ${line}`, `numbers must be finite, there is ${word}`)
    }
    if (values > mostValues) throw new FileError('the file', `must have at most ${mostValues} values, it has more`)
  }
}

const startsWith = (bytes: Uint8Array, at: number, word: string) =>
  Buffer.from(bytes.buffer, bytes.byteOffset + at, Math.min(word.length, bytes.length - at)).toString('latin1') === word

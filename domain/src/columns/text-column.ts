import { type Ints, ints, type ReadColumn } from './paged-column.js'

export const wordsEach = 10
/** In the first word of a text that is kept as it is; no ASCII text begins like this. */
const keptAsIs = -1

/**
 * A text of up to 40 ASCII characters as words, four characters each, the first highest: texts compare as their words do. What follows
 * its end is 0.
 */
export type Packed = Int32Array

/** False: it is longer, or has other characters. */
export function pack(text: string, into: Packed): boolean {
  if (text.length > 4 * wordsEach) return false
  into.fill(0)
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0 || code > 127) return false
    into[at >> 2]! |= code << (24 - 8 * (at & 3))
  }
  return true
}

/** Codes of the text read last. */
const codes = new Uint8Array(4 * wordsEach)

/** Texts by place, to be read alone. */
export class ReadTexts {
  constructor(
    protected readonly words: ReadColumn,
    protected readonly asIs: ReadonlyMap<number, string>,
  ) {}

  /** '' where none was set. */
  get(place: number): string {
    const from = place * wordsEach
    if (this.words.get(from) === keptAsIs) return this.asIs.get(place)!
    let length = 0
    for (let at = 0; at < wordsEach; at++) {
      const word = this.words.get(from + at)
      if (word === 0) break
      codes[length++] = word >>> 24
      codes[length++] = (word >>> 16) & 255
      codes[length++] = (word >>> 8) & 255
      codes[length++] = word & 255
    }
    while (codes[length - 1] === 0) length--
    return String.fromCharCode.apply(null, codes.subarray(0, length) as unknown as number[])
  }
}

const packed: Packed = new Int32Array(wordsEach)

/** Texts by place, as words outside the heap; those that can't be packed are kept as they are. */
export class TextColumn extends ReadTexts {
  declare protected readonly words: Ints
  declare protected readonly asIs: Map<number, string>

  constructor() {
    super(ints(), new Map())
  }

  set(place: number, text: string): void {
    if (pack(text, packed)) this.setPacked(place, packed)
    else this.keep(place, text)
  }

  setPacked(place: number, text: Packed): void {
    this.asIs.delete(place)
    for (let at = 0; at < wordsEach; at++) this.words.set(place * wordsEach + at, text[at]!)
  }

  keep(place: number, text: string): void {
    this.asIs.set(place, text)
    this.words.set(place * wordsEach, keptAsIs)
  }

  isPacked(place: number, text: Packed): boolean {
    const from = place * wordsEach
    for (let at = 0; at < wordsEach; at++) if (this.words.get(from + at) !== text[at]) return false
    return true
  }

  isKept(place: number, text: string): boolean {
    return this.words.get(place * wordsEach) === keptAsIs && this.asIs.get(place) === text
  }

  /** Whether the text of one place comes before that of another, as `<` has it. */
  isBefore(place: number, other: number): boolean {
    const [from, otherFrom] = [place * wordsEach, other * wordsEach]
    if (this.words.get(from) === keptAsIs || this.words.get(otherFrom) === keptAsIs)
      return this.get(place) < this.get(other)
    for (let at = 0; at < wordsEach; at++) {
      const [word, otherWord] = [this.words.get(from + at), this.words.get(otherFrom + at)]
      if (word !== otherWord) return word < otherWord
    }
    return false
  }

  frozen(): ReadTexts {
    return new ReadTexts(this.words.frozen(), new Map(this.asIs))
  }
}

import { ints } from './paged-column.js'
import { type Packed, pack, type ReadTexts, TextColumn, wordsEach } from './text-column.js'

const packed: Packed = new Int32Array(wordsEach)
const none = -1

/** Texts by place, each there once, and the place of a text. In columns: a Map of a million strings is what a collection of garbage stops for. */
export class TextTable {
  private readonly texts = new TextColumn()
  private readonly hashes = ints()
  /** Of each place the next one whose hash ends alike, plus 1; 0: it is the last. */
  private readonly next = ints()
  /** By the end of a hash: the first place, plus 1. */
  private first = new Int32Array(16)
  private count = 0

  get size(): number {
    return this.count
  }

  /** -1: it is not there. */
  find(text: string): number {
    const isPacked = pack(text, packed)
    const hash = isPacked ? hashOf(packed) : hashOfText(text)
    const is = (place: number) => (isPacked ? this.texts.isPacked(place, packed) : this.texts.isKept(place, text))
    let place = this.first[hash & (this.first.length - 1)]! - 1
    while (place >= 0 && !(this.hashes.get(place) === hash && is(place))) place = this.next.get(place) - 1
    return place
  }

  get(place: number): string {
    return this.texts.get(place)
  }

  /** Neither the place nor the text may be there. */
  put(place: number, text: string): void {
    const isPacked = pack(text, packed)
    if (isPacked) this.texts.setPacked(place, packed)
    else this.texts.keep(place, text)
    this.hashes.set(place, isPacked ? hashOf(packed) : hashOfText(text))
    this.count++
    if (this.count > this.first.length) this.grow(place)
    else this.link(place)
  }

  delete(place: number): void {
    const head = this.hashes.get(place) & (this.first.length - 1)
    let before = none
    for (let at = this.first[head]! - 1; at !== place; at = this.next.get(at) - 1) {
      if (at < 0) throw new Error(`no text at place ${place}`)
      before = at
    }
    if (before === none) this.first[head] = this.next.get(place)
    else this.next.set(before, this.next.get(place))
    this.texts.set(place, '')
    this.count--
  }

  /** Whether the text of one place comes before that of another, as `<` has it. */
  isBefore(place: number, other: number): boolean {
    return this.texts.isBefore(place, other)
  }

  /** The texts as they are now. */
  frozen(): ReadTexts {
    return this.texts.frozen()
  }

  private link(place: number): void {
    const head = this.hashes.get(place) & (this.first.length - 1)
    this.next.set(place, this.first[head]!)
    this.first[head] = place + 1
  }

  /** Twice as many heads; `added` is not linked yet. */
  private grow(added: number): void {
    const before = this.first
    this.first = new Int32Array(2 * before.length)
    for (const head of before) {
      for (let place = head - 1; place >= 0; ) {
        const after = this.next.get(place) - 1
        this.link(place)
        place = after
      }
    }
    this.link(added)
  }
}

function hashOf(text: Packed): number {
  let hash = 0
  for (let at = 0; at < wordsEach; at++) hash = mixed(hash ^ text[at]!)
  return hash
}

function hashOfText(text: string): number {
  let hash = 0
  for (let at = 0; at < text.length; at++) hash = mixed(hash ^ text.charCodeAt(at))
  return hash
}

/** All bits of a word in all bits of another. Without a seed: ids are made by our APIs and by whoever issues tokens, not by a customer. */
function mixed(word: number): number {
  const half = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  const whole = Math.imul(half ^ (half >>> 13), 0xc2b2ae35)
  return whole ^ (whole >>> 16)
}

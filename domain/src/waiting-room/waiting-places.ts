const placesEach = 1_024
const wordsEach = placesEach / 32

/**
 * Which places of a queue wait: a bit each, and their number by blocks in a Fenwick tree. The first, the next, and how many wait
 * before a place cost O(log n) and some words of one block.
 */
export class WaitingPlaces {
  private words = new Uint32Array(wordsEach)
  /** Fenwick tree over blocks, from 1. */
  private tree = new Uint32Array(2)
  private count = 0
  /** No place before it waits. */
  private from = 0

  get size(): number {
    return this.count
  }

  get byteLength(): number {
    return this.words.byteLength + this.tree.byteLength
  }

  has(place: number): boolean {
    return ((this.words[place >>> 5] ?? 0) & (1 << (place & 31))) !== 0
  }

  add(place: number): void {
    if (place >>> 5 >= this.words.length) this.grow(place)
    if (this.has(place)) return
    this.words[place >>> 5]! |= 1 << (place & 31)
    this.count++
    this.tally(Math.floor(place / placesEach), 1)
    if (place < this.from) this.from = place
  }

  remove(place: number): void {
    if (!this.has(place)) return
    this.words[place >>> 5]! &= ~(1 << (place & 31))
    this.count--
    this.tally(Math.floor(place / placesEach), -1)
  }

  /** The first that waits at or after `place`; -1: none. */
  next(place: number): number {
    if (this.count === 0) return -1
    for (let at = Math.max(place, this.from); ; at = (at & ~31) + 32) {
      const word = at >>> 5
      if (word >= this.words.length) return -1
      const bits = this.words[word]! & (-1 << (at & 31))
      if (bits !== 0) return (word << 5) + (31 - Math.clz32(bits & -bits))
    }
  }

  first(): number {
    const first = this.next(0)
    // Only a short cut: nothing that can be seen changes.
    if (first >= 0) this.from = first
    return first
  }

  /** How many wait before `place`. */
  before(place: number): number {
    const end = Math.min(place, this.words.length * 32)
    let sum = 0
    for (let at = Math.floor(end / placesEach); at > 0; at -= at & -at) sum += this.tree[at]!
    for (let word = Math.floor(end / placesEach) * wordsEach; word < end >>> 5; word++) sum += ones(this.words[word]!)
    if (end & 31) sum += ones(this.words[end >>> 5]! & ((1 << (end & 31)) - 1))
    return sum
  }

  private tally(block: number, by: 1 | -1): void {
    for (let at = block + 1; at < this.tree.length; at += at & -at) this.tree[at]! += by
  }

  private grow(place: number): void {
    let length = this.words.length
    while (place >>> 5 >= length) length *= 2
    const words = new Uint32Array(length)
    words.set(this.words)
    this.words = words
    this.tree = new Uint32Array(length / wordsEach + 1)
    for (let block = 0; block < length / wordsEach; block++) {
      let sum = 0
      for (let at = 0; at < wordsEach; at++) sum += ones(words[block * wordsEach + at]!)
      for (let at = block + 1; sum > 0 && at < this.tree.length; at += at & -at) this.tree[at]! += sum
    }
  }
}

function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555)
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

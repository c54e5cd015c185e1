const stride = 8

/** 96 bits of a command id and 64 of a body hash, in 32-bit words. */
export interface PackedKey {
  readonly k0: number
  readonly k1: number
  readonly k2: number
  readonly b0: number
  readonly b1: number
}

/**
 * Keys in the order in which they were remembered, all for equally long, so that the oldest is always the next to
 * expire. 32 bytes an entry in one ring (three words of key, two of body hash, expiry in seconds, offset in two), and 8 more
 * for an open-addressed index at most half full. Grows by doubling up to `maxEntries`; there the oldest makes room.
 */
export class KeyRing {
  private entries: Uint32Array
  /** Ring place + 1 by hash; 0 is empty. Linear probing, deletion by shifting back. */
  private index: Uint32Array
  private capacity: number
  private oldest = 0
  private count = 0
  evictions = 0

  /** Both sizes are rounded up to powers of two. */
  constructor(
    private readonly maxEntries: number,
    initialEntries = 1024,
  ) {
    this.maxEntries = powerOfTwo(maxEntries)
    this.capacity = Math.min(this.maxEntries, powerOfTwo(initialEntries))
    this.entries = new Uint32Array(this.capacity * stride)
    this.index = new Uint32Array(this.capacity * 2)
  }

  get size(): number {
    return this.count
  }

  get bytes(): number {
    return this.entries.byteLength + this.index.byteLength
  }

  /** The place of the key's entry, or -1. Entries past their expiry are found until `expire` takes them: ask `expiresAtSeconds`. */
  find(key: PackedKey): number {
    const mask = this.index.length - 1
    for (let at = hashOf(key.k0, key.k1, key.k2) & mask; ; at = (at + 1) & mask) {
      const place = this.index[at]! - 1
      if (place < 0) return -1
      const e = place * stride
      if (this.entries[e] === key.k0 && this.entries[e + 1] === key.k1 && this.entries[e + 2] === key.k2) return place
    }
  }

  sameBody(place: number, key: PackedKey): boolean {
    return this.entries[place * stride + 3] === key.b0 && this.entries[place * stride + 4] === key.b1
  }

  expiresAtSeconds(place: number): number {
    return this.entries[place * stride + 5]!
  }

  offset(place: number): number {
    return this.entries[place * stride + 6]! * 2 ** 32 + this.entries[place * stride + 7]!
  }

  /** Drops what has expired by `nowSeconds`. */
  expire(nowSeconds: number): void {
    while (this.count > 0 && this.expiresAtSeconds(this.oldest) <= nowSeconds) this.dropOldest()
  }

  /** The key must not be there, and must not expire before one that was added earlier. */
  add(key: PackedKey, offset: number, expiresAtSeconds: number): void {
    const place = this.room()
    const e = place * stride
    this.entries[e] = key.k0
    this.entries[e + 1] = key.k1
    this.entries[e + 2] = key.k2
    this.entries[e + 3] = key.b0
    this.entries[e + 4] = key.b1
    this.entries[e + 5] = expiresAtSeconds
    this.entries[e + 6] = Math.floor(offset / 2 ** 32)
    this.entries[e + 7] = offset % 2 ** 32
    this.count++
    this.link(place)
  }

  /** Oldest first: the entries, copied in one go, so many in each piece, as `load` takes them. */
  words(entriesEach: number): Uint32Array[] {
    const copy = new Uint32Array(this.count * stride)
    const unbroken = Math.min(this.count, this.capacity - this.oldest)
    copy.set(this.entries.subarray(this.oldest * stride, (this.oldest + unbroken) * stride))
    copy.set(this.entries.subarray(0, (this.count - unbroken) * stride), unbroken * stride)
    return Array.from({ length: Math.ceil(this.count / entriesEach) }, (_, piece) =>
      copy.subarray(piece * entriesEach * stride, (piece + 1) * entriesEach * stride),
    )
  }

  /** Adds entries as `words` gave them, later ones than all that are there. */
  load(words: Uint32Array): void {
    for (let e = 0; e + stride <= words.length; e += stride) {
      const place = this.room()
      this.entries.set(words.subarray(e, e + stride), place * stride)
      this.count++
      this.link(place)
    }
  }

  /** Oldest first, as plain text: for digests and tests. */
  *describe(): Generator<string> {
    for (let n = 0; n < this.count; n++) {
      const place = (this.oldest + n) & (this.capacity - 1)
      const words = [...this.entries.subarray(place * stride, place * stride + 6)]
      yield `${words.map((word) => word.toString(16)).join(' ')} ${this.offset(place)}`
    }
  }

  /** The place of the next entry; where all are taken the oldest makes room. */
  private room(): number {
    if (this.count === this.capacity) {
      if (this.capacity < this.maxEntries) this.grow()
      else {
        this.dropOldest()
        this.evictions++
      }
    }
    return (this.oldest + this.count) & (this.capacity - 1)
  }

  private link(place: number): void {
    const mask = this.index.length - 1
    let at = this.home(place)
    while (this.index[at] !== 0) at = (at + 1) & mask
    this.index[at] = place + 1
  }

  private home(place: number): number {
    const e = place * stride
    return hashOf(this.entries[e]!, this.entries[e + 1]!, this.entries[e + 2]!) & (this.index.length - 1)
  }

  private dropOldest(): void {
    const mask = this.index.length - 1
    let hole = this.home(this.oldest)
    while (this.index[hole] !== this.oldest + 1) hole = (hole + 1) & mask
    // Whatever was pushed past the hole by it moves back, so that no probe ends too early.
    for (let at = (hole + 1) & mask; this.index[at] !== 0; at = (at + 1) & mask) {
      const home = this.home(this.index[at]! - 1)
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        this.index[hole] = this.index[at]!
        hole = at
      }
    }
    this.index[hole] = 0
    this.oldest = (this.oldest + 1) & (this.capacity - 1)
    this.count--
  }

  private grow(): void {
    const entries = new Uint32Array(this.capacity * 2 * stride)
    entries.set(this.entries.subarray(this.oldest * stride))
    entries.set(this.entries.subarray(0, this.oldest * stride), (this.capacity - this.oldest) * stride)
    this.entries = entries
    this.oldest = 0
    this.capacity *= 2
    this.index = new Uint32Array(this.capacity * 2)
    for (let place = 0; place < this.count; place++) this.link(place)
  }
}

function hashOf(k0: number, k1: number, k2: number): number {
  let hash = Math.imul(k0 ^ (k1 >>> 15), 0x85ebca6b) ^ k2
  hash = Math.imul(hash ^ (hash >>> 13) ^ k1, 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

function powerOfTwo(atLeast: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(2, atLeast)))
}

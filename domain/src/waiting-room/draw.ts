import { grown } from './customers.js'
import type { DrawHeld } from './events.js'
import type { Hashes } from './hashes.js'

/**
 * The draw, which anyone can do again with the log and a SHA-256 at hand. All text is UTF-8, all hashes are lower-case hex:
 *
 *   commitment   SHA-256(seed): published when the room is scheduled, long before anyone is there
 *   digest       begins as the commitment; for each who joins the lobby: SHA-256(`<digest> <entryId> <customerId> <joinedAt>`)
 *   key          HMAC-SHA256(key: seed, text: digest)
 *   order        by HMAC-SHA256(key, entryId), the smallest first
 *
 * Whoever knows the seed beforehand does not know the digest before the lobby has ended, and cannot choose `joinedAt`.
 */
export function nextDigest(
  hashes: Hashes,
  digest: string,
  joined: { entryId: string; customerId: string; joinedAt: number },
): string {
  return hashes.sha256(`${digest} ${joined.entryId} ${joined.customerId} ${joined.joinedAt}`)
}

export function drawKey(hashes: Hashes, { seed, lobbyDigest }: Pick<DrawHeld, 'seed' | 'lobbyDigest'>): string {
  return hashes.hmacSha256(seed, lobbyDigest)
}

/** Entries that share an event, about. */
const entriesEach = 1_000
/** Hashes computed in one go, about 10 ms. */
const hashesEach = 4_000
/** Events given in one go. */
const eventsEach = 8

/**
 * The order of one lobby, worked out bit by bit: first every entry's hash, then, by ranges of hashes, the entries in each range in
 * order. A hash is spread evenly, so that the ranges are about equally full. What has been worked out is kept between
 * calls and can be worked out again at any time: it is no state.
 */
export class Draw {
  private readonly key: string
  /** The first 64 bits of each entry's hash, in two words. */
  private readonly high: Uint32Array
  private readonly low: Uint32Array
  private hashed = 0
  /** By range: where it begins in `byRange`. Null until all is hashed. */
  private starts: Uint32Array | null = null
  private byRange = new Uint32Array(0)

  /** @param entries those who are drawn, in order of their numbers */
  constructor(
    private readonly entries: Int32Array,
    held: Pick<DrawHeld, 'seed' | 'lobbyDigest'>,
    private readonly hashes: Hashes,
    private readonly idOf: (entry: number) => string,
  ) {
    this.key = drawKey(hashes, held)
    this.high = new Uint32Array(entries.length)
    this.low = new Uint32Array(entries.length)
  }

  /** Pieces of the order from `place` on, which begins one; none where there is more to hash first, which then has come nearer. */
  next(place: number, limit: number): { firstPlace: number; entries: number[] }[] {
    if (!this.starts) {
      const end = Math.min(this.hashed + hashesEach, this.entries.length)
      for (; this.hashed < end; this.hashed++) this.hash(this.hashed)
      if (this.hashed < this.entries.length) return []
      this.starts = this.sortIntoRanges()
    }
    const { starts } = this
    const pieces: { firstPlace: number; entries: number[] }[] = []
    let range = 0
    while (range + 1 < starts.length && starts[range + 1]! <= place) range++
    for (; range + 1 < starts.length && pieces.length < Math.min(limit, eventsEach); range++) {
      const firstPlace = starts[range]!
      const drawn = [...this.byRange.subarray(firstPlace, starts[range + 1])].sort((a, b) => this.compare(a, b))
      if (drawn.length > 0) pieces.push({ firstPlace, entries: drawn.map((at) => this.entries[at]!) })
    }
    return pieces
  }

  private hash(at: number): void {
    const hex = this.hashOf(at)
    this.high[at] = Number.parseInt(hex.slice(0, 8), 16)
    this.low[at] = Number.parseInt(hex.slice(8, 16), 16)
  }

  private hashOf(at: number): string {
    return this.hashes.hmacSha256(this.key, this.idOf(this.entries[at]!))
  }

  private sortIntoRanges(): Uint32Array {
    const ranges = Math.ceil(this.entries.length / entriesEach)
    const rangeOf = (at: number) => Math.floor((this.high[at]! * ranges) / 2 ** 32)
    const starts = new Uint32Array(ranges + 1)
    for (let at = 0; at < this.entries.length; at++) starts[rangeOf(at) + 1]!++
    for (let range = 0; range < ranges; range++) starts[range + 1]! += starts[range]!
    const free = grown(starts, starts.length)
    this.byRange = new Uint32Array(this.entries.length)
    for (let at = 0; at < this.entries.length; at++) this.byRange[free[rangeOf(at)]!++] = at
    return starts
  }

  private compare(a: number, b: number): number {
    const by = this.high[a]! - this.high[b]! || this.low[a]! - this.low[b]!
    if (by !== 0 || a === b) return by
    return this.hashOf(a) < this.hashOf(b) ? -1 : 1
  }
}

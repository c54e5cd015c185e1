/** What an ExpiryQueue asks of its entries. */
export interface Queueing<Entry> {
  /** UTC ms. */
  endsAt(entry: Entry): number
  /** Of two that end at the same time. */
  isIdBefore(entry: Entry, other: Entry): boolean
  /** The queue's: where the entry stands in it, -1 where it does not. */
  placeOf(entry: Entry): number
  setPlace(entry: Entry, at: number): void
}

/** An entry that keeps all of that itself. */
export interface Expiring {
  readonly id: string
  readonly expiresAt: number
  queuedAt: number
}

export const queueingObjects: Queueing<Expiring> = {
  endsAt: ({ expiresAt }) => expiresAt,
  isIdBefore: ({ id }, other) => id < other.id,
  placeOf: ({ queuedAt }) => queuedAt,
  setPlace: (entry, at) => {
    entry.queuedAt = at
  },
}

/**
 * Holds in the order in which they end: by the time, then id. A binary heap whose entries know their places, so that a hold
 * that is released, confirmed or moved leaves at once: no stale entries. Where all holds are equally long an entry is
 * added in O(1). When an entry ends must not change while it is queued: remove, change, add.
 */
export class ExpiryQueue<Entry> {
  private readonly heap: Entry[] = []

  constructor(private readonly queueing: Queueing<Entry>) {}

  get size(): number {
    return this.heap.length
  }

  first(): Entry | undefined {
    return this.heap[0]
  }

  add(entry: Entry): void {
    this.heap.push(entry)
    this.rise(entry, this.heap.length - 1)
  }

  remove(entry: Entry): void {
    const at = this.queueing.placeOf(entry)
    if (this.heap[at] !== entry) throw new Error('what is to be taken out is not queued')
    const last = this.heap.pop()!
    this.queueing.setPlace(entry, -1)
    if (last === entry) return
    this.rise(last, at)
    this.sink(last, this.queueing.placeOf(last))
  }

  /** The first `limit` entries that end at or before `now`, in order; the queue stays as it is. O(limit log limit). */
  due(now: number, limit: number): Entry[] {
    const found: Entry[] = []
    // A second, small queue over the places in the heap whose parents were taken: the next entry is always among them.
    const frontier = new Frontier((a, b) => this.endsBefore(this.heap[a]!, this.heap[b]!))
    if (this.heap.length > 0) frontier.add(0)
    while (found.length < limit) {
      const at = frontier.take()
      if (at === undefined || this.queueing.endsAt(this.heap[at]!) > now) break
      found.push(this.heap[at]!)
      if (2 * at + 1 < this.heap.length) frontier.add(2 * at + 1)
      if (2 * at + 2 < this.heap.length) frontier.add(2 * at + 2)
    }
    return found
  }

  private rise(entry: Entry, from: number): void {
    let at = from
    while (at > 0) {
      const above = this.heap[(at - 1) >> 1]!
      if (!this.endsBefore(entry, above)) break
      this.put(above, at)
      at = (at - 1) >> 1
    }
    this.put(entry, at)
  }

  private sink(entry: Entry, from: number): void {
    let at = from
    for (;;) {
      let next = 2 * at + 1
      if (next >= this.heap.length) break
      if (next + 1 < this.heap.length && this.endsBefore(this.heap[next + 1]!, this.heap[next]!)) next++
      if (!this.endsBefore(this.heap[next]!, entry)) break
      this.put(this.heap[next]!, at)
      at = next
    }
    this.put(entry, at)
  }

  private put(entry: Entry, at: number): void {
    this.heap[at] = entry
    this.queueing.setPlace(entry, at)
  }

  private endsBefore(entry: Entry, other: Entry): boolean {
    const [endsAt, otherEndsAt] = [this.queueing.endsAt(entry), this.queueing.endsAt(other)]
    return endsAt < otherEndsAt || (endsAt === otherEndsAt && this.queueing.isIdBefore(entry, other))
  }
}

class Frontier {
  private readonly places: number[] = []

  constructor(private readonly isBefore: (place: number, other: number) => boolean) {}

  add(place: number): void {
    let at = this.places.push(place) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!this.before(at, above)) break
      this.swap(at, above)
      at = above
    }
  }

  take(): number | undefined {
    const first = this.places[0]
    const last = this.places.pop()
    if (this.places.length === 0 || last === undefined) return first
    this.places[0] = last
    let at = 0
    for (;;) {
      let next = 2 * at + 1
      if (next >= this.places.length) break
      if (next + 1 < this.places.length && this.before(next + 1, next)) next++
      if (!this.before(next, at)) break
      this.swap(at, next)
      at = next
    }
    return first
  }

  private before(a: number, b: number): boolean {
    return this.isBefore(this.places[a]!, this.places[b]!)
  }

  private swap(a: number, b: number): void {
    const place = this.places[a]!
    this.places[a] = this.places[b]!
    this.places[b] = place
  }
}

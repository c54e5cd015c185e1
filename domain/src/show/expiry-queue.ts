/** What stands in an ExpiryQueue. `queuedAt` is the queue's: where the entry stands, -1 where it does not. */
export interface Expiring {
  readonly id: string
  readonly expiresAt: number
  queuedAt: number
}

/**
 * Holds in the order in which they end: by expiresAt, then id. A binary heap whose entries know their places, so that a hold
 * that is released, confirmed or moved leaves at once: no stale entries. Where all holds are equally long an entry is
 * added in O(1). An entry's expiresAt must not change while it is queued: remove, change, add.
 */
export class ExpiryQueue<Entry extends Expiring> {
  private readonly heap: Entry[] = []

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
    const at = entry.queuedAt
    if (this.heap[at] !== entry) throw new Error(`${entry.id} is not queued`)
    const last = this.heap.pop()!
    entry.queuedAt = -1
    if (last === entry) return
    this.rise(last, at)
    this.sink(last, last.queuedAt)
  }

  /** The first `limit` entries that end at or before `now`, in order; the queue stays as it is. O(limit log limit). */
  due(now: number, limit: number): Entry[] {
    const found: Entry[] = []
    // A second, small queue over the places in the heap whose parents were taken: the next entry is always among them.
    const frontier = new Frontier(this.heap)
    if (this.heap.length > 0) frontier.add(0)
    while (found.length < limit) {
      const at = frontier.take()
      const entry = at === undefined ? undefined : this.heap[at]
      if (at === undefined || entry === undefined || entry.expiresAt > now) break
      found.push(entry)
      if (2 * at + 1 < this.heap.length) frontier.add(2 * at + 1)
      if (2 * at + 2 < this.heap.length) frontier.add(2 * at + 2)
    }
    return found
  }

  private rise(entry: Entry, from: number): void {
    let at = from
    while (at > 0) {
      const above = this.heap[(at - 1) >> 1]!
      if (!endsBefore(entry, above)) break
      this.put(above, at)
      at = (at - 1) >> 1
    }
    this.put(entry, at)
  }

  private sink(entry: Entry, from: number): void {
    let at = from
    for (;;) {
      const left = this.heap[2 * at + 1]
      if (!left) break
      const right = this.heap[2 * at + 2]
      const next = right && endsBefore(right, left) ? right : left
      if (!endsBefore(next, entry)) break
      const nextAt = next.queuedAt
      this.put(next, at)
      at = nextAt
    }
    this.put(entry, at)
  }

  private put(entry: Entry, at: number): void {
    this.heap[at] = entry
    entry.queuedAt = at
  }
}

class Frontier {
  private readonly places: number[] = []

  constructor(private readonly heap: readonly Expiring[]) {}

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
    return endsBefore(this.heap[this.places[a]!]!, this.heap[this.places[b]!]!)
  }

  private swap(a: number, b: number): void {
    const place = this.places[a]!
    this.places[a] = this.places[b]!
    this.places[b] = place
  }
}

function endsBefore(a: Expiring, b: Expiring): boolean {
  return a.expiresAt < b.expiresAt || (a.expiresAt === b.expiresAt && a.id < b.id)
}

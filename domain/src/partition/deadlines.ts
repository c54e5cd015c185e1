interface Entry {
  at: number
  showId: string
}

/**
 * The earliest deadline of many shows. A show stands here at or before its next deadline: an entry that turns out to be too early
 * is put back where it belongs when it comes to the front, so a deadline that goes away costs nothing.
 */
export class Deadlines {
  private readonly heap: Entry[] = []
  private readonly known = new Map<string, number>()

  /** Tells the next deadline of a show after it changed; null for none. */
  note(showId: string, at: number | null): void {
    const known = this.known.get(showId)
    if (at === null || (known !== undefined && known <= at)) return
    this.known.set(showId, at)
    this.push({ at, showId })
  }

  /** The earliest deadline. `nextOf` says what a show's next deadline is now. */
  first(nextOf: (showId: string) => number | null): number | null {
    for (;;) {
      const top = this.heap[0]
      if (!top) return null
      if (this.known.get(top.showId) === top.at) {
        const actual = nextOf(top.showId)
        if (actual === top.at) return top.at
        this.known.delete(top.showId)
        this.pop()
        this.note(top.showId, actual)
      } else this.pop()
    }
  }

  private push(entry: Entry): void {
    let at = this.heap.push(entry) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      if (this.heap[above]!.at <= entry.at) break
      this.heap[at] = this.heap[above]!
      at = above
    }
    this.heap[at] = entry
  }

  private pop(): void {
    const last = this.heap.pop()
    if (!last || this.heap.length === 0) return
    let at = 0
    for (;;) {
      let next = 2 * at + 1
      if (next >= this.heap.length) break
      if (next + 1 < this.heap.length && this.heap[next + 1]!.at < this.heap[next]!.at) next++
      if (this.heap[next]!.at >= last.at) break
      this.heap[at] = this.heap[next]!
      at = next
    }
    this.heap[at] = last
  }
}

/** Something that will happen: a reply arrives, a timer runs out, a fault strikes. */
export interface Pending {
  /** Simulated ms since the run began. */
  at: number
  /** Ties are broken by it, so that the order is total. */
  sequence: number
  label: string
  run(): void
  cancelled: boolean
}

/** What is pending, earliest first: a binary heap. */
export class EventQueue {
  private readonly heap: Pending[] = []

  get size(): number {
    return this.heap.length
  }

  clear(): void {
    this.heap.length = 0
  }

  peek(): Pending | undefined {
    return this.heap[0]
  }

  add(entry: Pending): void {
    const { heap } = this
    let at = heap.push(entry) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!before(entry, heap[above]!)) break
      heap[at] = heap[above]!
      at = above
    }
    heap[at] = entry
  }

  take(): Pending | undefined {
    const { heap } = this
    const first = heap[0]
    const last = heap.pop()
    if (!last || heap.length === 0) return first
    let at = 0
    for (;;) {
      let next = 2 * at + 1
      if (next >= heap.length) break
      if (next + 1 < heap.length && before(heap[next + 1]!, heap[next]!)) next++
      if (!before(heap[next]!, last)) break
      heap[at] = heap[next]!
      at = next
    }
    heap[at] = last
    return first
  }
}

function before(a: Pending, b: Pending): boolean {
  return a.at < b.at || (a.at === b.at && a.sequence < b.sequence)
}

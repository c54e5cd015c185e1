import type { CountedEntry } from './counted-entry.js'

/** Who stands where, and who is the first that waits: in each lane, or in both together. */
export class QueueLine {
  private readonly places: CountedEntry[] = []
  /** No place of the lane before it waits. */
  private readonly from = { standard: 0, priority: 0 }
  private readonly waiting = { standard: 0, priority: 0 }

  at(place: number): CountedEntry | null {
    return this.places[place] ?? null
  }

  get waitingStandard(): number {
    return this.waiting.standard
  }

  get waitingPriority(): number {
    return this.waiting.priority
  }

  /** Gives a place. The entry does not wait there before `waits` says so. */
  seat(place: number, entry: CountedEntry): void {
    this.places[place] = entry
  }

  /** To be called when an entry with a place begins to wait. */
  waits(entry: CountedEntry): void {
    const lane = laneOf(entry)
    this.waiting[lane] += 1
    this.from[lane] = Math.min(this.from[lane], entry.place as number)
  }

  /** To be called when it no longer does. */
  goes(entry: CountedEntry): void {
    this.waiting[laneOf(entry)] -= 1
  }

  firstOf(lane: 'standard' | 'priority'): CountedEntry | null {
    if (this.waiting[lane] === 0) return null
    for (; this.from[lane] < this.places.length; this.from[lane] += 1) {
      const entry = this.places[this.from[lane]]
      if (entry?.status === 'waiting' && laneOf(entry) === lane) return entry
    }
    return null
  }

  /** Of both lanes, as one. */
  first(): CountedEntry | null {
    const [a, b] = [this.firstOf('standard'), this.firstOf('priority')]
    return a && b ? ((a.place as number) < (b.place as number) ? a : b) : (a ?? b)
  }
}

export const laneOf = ({ priority }: CountedEntry) => (priority ? 'priority' : 'standard')

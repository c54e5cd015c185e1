export type Ending = 'released' | 'expired' | 'cancelled'

export interface EndedReservation {
  readonly customerId: string
  readonly ending: Ending
}

/**
 * How reservations ended, so that a late command learns it. Bounded: past the bound the oldest is forgotten, and a command
 * about it is answered `reservation-not-found`.
 */
export class EndedReservations {
  private readonly byId = new Map<string, EndedReservation>()
  /** By age; a ring once it is full. A Map alone would scan its deleted entries to find its oldest. */
  private readonly ring: [string, EndedReservation][] = []
  private oldest = 0

  constructor(private readonly bound: number) {}

  get size(): number {
    return this.byId.size
  }

  get(id: string): EndedReservation | undefined {
    return this.byId.get(id)
  }

  add(id: string, ended: EndedReservation): void {
    if (this.ring.length < this.bound) this.ring.push([id, ended])
    else {
      this.byId.delete(this.ring[this.oldest]![0])
      this.ring[this.oldest] = [id, ended]
      this.oldest = (this.oldest + 1) % this.bound
    }
    this.byId.set(id, ended)
  }

  /** Oldest first, a copy. */
  entries(): [string, EndedReservation][] {
    return [...this.ring.slice(this.oldest), ...this.ring.slice(0, this.oldest)]
  }
}

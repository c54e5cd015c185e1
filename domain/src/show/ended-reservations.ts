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
  /** Ids by age; a ring once it is full. A Map alone would scan its deleted entries to find its oldest. */
  private readonly ids: string[] = []
  private oldest = 0

  constructor(private readonly bound: number) {}

  get size(): number {
    return this.byId.size
  }

  get(id: string): EndedReservation | undefined {
    return this.byId.get(id)
  }

  add(id: string, ended: EndedReservation): void {
    if (this.ids.length < this.bound) this.ids.push(id)
    else {
      this.byId.delete(this.ids[this.oldest]!)
      this.ids[this.oldest] = id
      this.oldest = (this.oldest + 1) % this.bound
    }
    this.byId.set(id, ended)
  }

  /** Oldest first. */
  *entries(): Generator<[string, EndedReservation]> {
    for (let at = 0; at < this.ids.length; at++) {
      const id = this.ids[(this.oldest + at) % this.ids.length]!
      yield [id, this.byId.get(id)!]
    }
  }
}

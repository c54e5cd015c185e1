import type { ShowEvent } from '../show/events.js'
import type { Plan } from '../venue/plan.js'

interface Entry {
  customerId: string
  seats: string[]
  areas: Map<string, number>
  places: number
  expiresAt: number
  confirmed: boolean
}

/**
 * The invariants of a show, counted from its events alone, slowly and by other means than the state's: what the properties
 * hold the state and the decisions against. `add` throws on the first event that breaks one.
 */
export class Ledger {
  private readonly capacity: Map<string, number>
  readonly live = new Map<string, Entry>()
  private limit = 0

  constructor(plan: Plan) {
    const seats = plan.sections.flatMap((section) => section.rows.flatMap((row) => row.seats))
    this.capacity = new Map([
      ...seats.map(({ id }): [string, number] => [id, 1]),
      ...plan.areas.map(({ id, capacity }): [string, number] => [id, capacity]),
    ])
  }

  add(event: ShowEvent): void {
    if (event.type === 'ShowScheduled') {
      this.limit = event.data.perCustomerLimit
      return
    }
    if (!('reservationId' in event.data)) return
    const { reservationId } = event.data
    if (event.type === 'SeatsHeld') {
      const { customerId, seats, areas, expiresAt } = event.data
      if (this.live.has(reservationId)) throw new Error(`${reservationId} held twice`)
      this.live.set(reservationId, {
        customerId,
        seats: seats.map(({ seat }) => seat),
        areas: new Map(areas.map(({ area, quantity }) => [area, quantity])),
        places: seats.length + areas.reduce((sum, { quantity }) => sum + quantity, 0),
        expiresAt,
        confirmed: false,
      })
      this.check(customerId)
      return
    }
    const entry = this.live.get(reservationId)
    if (!entry) throw new Error(`${event.type} of ${reservationId}, which is not live`)
    switch (event.type) {
      case 'ReservationConfirmed':
        if (entry.confirmed) throw new Error(`${reservationId} sold twice`)
        if (event.data.confirmedAt >= entry.expiresAt) throw new Error(`${reservationId} sold after it ran out`)
        entry.confirmed = true
        return
      case 'HoldExpired':
        if (entry.confirmed) throw new Error(`${reservationId} expired after it was sold`)
        if (event.data.expiredAt < entry.expiresAt) throw new Error(`${reservationId} expired early`)
        break
      case 'HoldReleased':
        if (entry.confirmed) throw new Error(`${reservationId} released after it was sold`)
        break
      case 'ReservationCancelled':
        break
    }
    this.live.delete(reservationId)
  }

  /** Places taken, by customer or in all. */
  places(of: { customerId?: string; confirmed?: boolean } = {}): number {
    return [...this.live.values()]
      .filter((entry) => of.customerId === undefined || entry.customerId === of.customerId)
      .filter((entry) => of.confirmed === undefined || entry.confirmed === of.confirmed)
      .reduce((sum, { places }) => sum + places, 0)
  }

  /** The reservations that have a place, and how many of it; `confirmed`: of the sold ones, or the held ones, alone. */
  taken(place: string, confirmed?: boolean): { owners: string[]; quantity: number } {
    const owners = [...this.live].filter(
      ([, entry]) =>
        (entry.seats.includes(place) || entry.areas.has(place)) && (confirmed ?? entry.confirmed) === entry.confirmed,
    )
    const quantity = owners.reduce(
      (sum, [, entry]) => sum + (entry.areas.get(place) ?? 0) + entry.seats.filter((seat) => seat === place).length,
      0,
    )
    return { owners: owners.map(([id]) => id), quantity }
  }

  private check(customerId: string): void {
    for (const [place, capacity] of this.capacity) {
      const { quantity } = this.taken(place)
      if (quantity > capacity) throw new Error(`${place}: ${quantity} taken of ${capacity}`)
    }
    const total = [...this.capacity.values()].reduce((a, b) => a + b, 0)
    if (this.places() > total) throw new Error(`${this.places()} taken of ${total}`)
    if (this.places({ customerId }) > this.limit) throw new Error(`${customerId} has more than ${this.limit}`)
  }
}

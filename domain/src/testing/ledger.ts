import type { SeatsChanged, ShowEvent } from '../show/events.js'
import type { Plan } from '../venue/plan.js'

interface Entry {
  customerId: string
  seats: string[]
  areas: Map<string, number>
  places: number
  expiresAt: number
  extended: boolean
  confirmed: boolean
}

interface Place {
  quantity: number
  category: string
}

/**
 * The invariants of a show, counted from its events alone, slowly and by other means than the state's: what the properties
 * hold the state and the decisions against. `add` throws on the first event that breaks one.
 */
export class Ledger {
  readonly live = new Map<string, Entry>()
  readonly withdrawn = new Set<string>()
  private plan: Map<string, Place>
  private limit = 0
  private holdMs = 0
  private readonly admissions = new Set<string>()
  private selling = { published: true, paused: false, cancelled: false, gated: false }

  /** `plans`: by hash, those that a show may change to. */
  constructor(
    plan: Plan,
    private readonly plans: Readonly<Record<string, Plan>> = {},
  ) {
    this.plan = placesOf(plan)
  }

  get capacity(): number {
    return [...this.plan.keys()].reduce((sum, place) => sum + this.capacityOf(place), 0)
  }

  capacityOf(place: string): number {
    return this.withdrawn.has(place) ? 0 : (this.plan.get(place)?.quantity ?? 0)
  }

  add(event: ShowEvent): void {
    if (this.selling.cancelled && event.type !== 'ReservationCancelled') throw new Error(`${event.type} after the end`)
    switch (event.type) {
      case 'ShowScheduled':
        this.limit = event.data.perCustomerLimit
        this.holdMs = event.data.holdMs
        this.selling.published = event.data.published
        this.stated(event.data.capacity)
        return
      case 'ShowPublished':
        this.selling.published = true
        return
      case 'SalesPaused':
        this.selling.paused = true
        return
      case 'SalesResumed':
        this.selling.paused = false
        return
      case 'ShowRescheduled':
        return
      case 'AdmissionRequired':
        this.selling.gated = true
        return
      case 'AdmissionLifted':
        this.selling.gated = false
        return
      case 'ShowCancelled':
        if (event.data.reservations !== this.live.size) throw new Error(`${this.live.size} reservations are live`)
        this.selling.cancelled = true
        return
      case 'PlacesWithdrawn':
      case 'PlacesAdded':
        this.changeCapacity(event)
        return
      case 'PlanChanged':
        this.changePlan(event.data.planHash, event.data.capacity)
        return
      default:
        this.addToReservation(event)
        return
    }
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

  private addToReservation(event: Extract<ShowEvent, { data: { reservationId: string } }>): void {
    const { reservationId, customerId } = event.data
    if (event.type === 'SeatsHeld') {
      if (this.live.has(reservationId)) throw new Error(`${reservationId} held twice`)
      this.sells(event.type)
      this.admits(event.data.admissionId)
      this.live.set(reservationId, { ...entryOf(event.data), extended: false, confirmed: false })
      this.check(customerId)
      return
    }
    const entry = this.live.get(reservationId)
    if (!entry) throw new Error(`${event.type} of ${reservationId}, which is not live`)
    if (entry.confirmed && event.type !== 'ReservationCancelled')
      throw new Error(`${event.type} of ${reservationId}, which is sold`)
    switch (event.type) {
      case 'HoldExtended':
        if (entry.extended) throw new Error(`${reservationId} extended twice`)
        if (event.data.expiresAt <= entry.expiresAt || event.data.expiresAt > entry.expiresAt + this.holdMs)
          throw new Error(`${reservationId} extended from ${entry.expiresAt} to ${event.data.expiresAt}`)
        if (event.data.extendedAt >= entry.expiresAt) throw new Error(`${reservationId} extended after it ran out`)
        Object.assign(entry, { extended: true, expiresAt: event.data.expiresAt })
        return
      case 'SeatsChanged':
        this.sells(event.type)
        if (event.data.changedAt >= entry.expiresAt) throw new Error(`${reservationId} changed after it ran out`)
        this.changeSeats(event.data, entry)
        this.check(customerId)
        return
      case 'ReservationConfirmed':
        if (event.data.confirmedAt >= entry.expiresAt) throw new Error(`${reservationId} sold after it ran out`)
        entry.confirmed = true
        return
      case 'HoldExpired':
        if (event.data.expiredAt < entry.expiresAt) throw new Error(`${reservationId} expired early`)
        break
      case 'ReservationCancelled':
        if (this.selling.cancelled && event.data.reason !== 'show-cancelled')
          throw new Error(`${reservationId} cancelled for ${event.data.reason}`)
        break
    }
    this.live.delete(reservationId)
  }

  private changeSeats(event: SeatsChanged, entry: Entry): void {
    const had = JSON.stringify([entry.seats, [...entry.areas]])
    const released = JSON.stringify([event.releasedSeats, event.releasedAreas.map((it) => [it.area, it.quantity])])
    if (had !== released) throw new Error(`${event.reservationId} had ${had}, not ${released}`)
    if (event.expiresAt !== entry.expiresAt) throw new Error(`${event.reservationId} changed, and ends another time`)
    Object.assign(entry, entryOf(event))
  }

  private changeCapacity(event: Extract<ShowEvent, { type: 'PlacesWithdrawn' | 'PlacesAdded' }>): void {
    const adds = event.type === 'PlacesAdded'
    for (const seat of event.data.seats) {
      if (this.withdrawn.has(seat) !== adds) throw new Error(`${event.type} of ${seat}`)
      if (adds) this.withdrawn.delete(seat)
      else this.withdrawn.add(seat)
    }
    for (const { area, quantity } of event.data.areas) this.plan.get(area)!.quantity += adds ? quantity : -quantity
    this.stated(event.data.capacity)
    this.check()
  }

  private changePlan(planHash: string, capacity: number): void {
    const before = this.plan
    this.plan = placesOf(this.plans[planHash]!)
    for (const seat of this.withdrawn) if (!this.plan.has(seat)) this.withdrawn.delete(seat)
    for (const [place, { category }] of before) {
      if (this.taken(place).quantity === 0) continue
      if (this.plan.get(place)?.category !== category) throw new Error(`${place} is taken, and not in the new plan so`)
    }
    this.stated(capacity)
    this.check()
  }

  private sells(type: string): void {
    const { published, paused } = this.selling
    if (!published || paused) throw new Error(`${type} while nothing is sold`)
  }

  private admits(admissionId: string | null): void {
    if ((admissionId !== null) !== this.selling.gated) throw new Error(`admission ${admissionId}`)
    if (admissionId === null) return
    if (this.admissions.has(admissionId)) throw new Error(`${admissionId} spent twice`)
    this.admissions.add(admissionId)
  }

  private stated(capacity: number): void {
    if (capacity !== this.capacity) throw new Error(`capacity ${capacity} is stated, ${this.capacity} is counted`)
  }

  private check(customerId?: string): void {
    for (const place of this.plan.keys()) {
      const { quantity } = this.taken(place)
      if (quantity > this.capacityOf(place)) throw new Error(`${place}: ${quantity} taken of ${this.capacityOf(place)}`)
    }
    if (this.places() > this.capacity) throw new Error(`${this.places()} taken of ${this.capacity}`)
    if (customerId !== undefined && this.places({ customerId }) > this.limit)
      throw new Error(`${customerId} has more than ${this.limit}`)
  }
}

function entryOf({
  customerId,
  seats,
  areas,
  expiresAt,
}: Extract<ShowEvent, { type: 'SeatsHeld' }>['data'] | SeatsChanged) {
  return {
    customerId,
    seats: seats.map(({ seat }) => seat),
    areas: new Map(areas.map(({ area, quantity }) => [area, quantity])),
    places: seats.length + areas.reduce((sum, { quantity }) => sum + quantity, 0),
    expiresAt,
  }
}

function placesOf(plan: Plan): Map<string, Place> {
  const seats = plan.sections.flatMap((section) => section.rows.flatMap((row) => row.seats))
  return new Map([
    ...seats.map(({ id, category }): [string, Place] => [id, { quantity: 1, category }]),
    ...plan.areas.map(({ id, capacity, category }): [string, Place] => [id, { quantity: capacity, category }]),
  ])
}

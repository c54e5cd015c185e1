import type { Plan } from '@onsale/domain'

interface Reservation {
  customerId: string
  seats: string[]
  areas: Map<string, number>
  places: number
  expiresAt: number
  extended: boolean
  confirmed: boolean
}

interface Seat {
  category: string
  owner: string | null
  withdrawn: boolean
}

interface Area {
  category: string
  capacity: number
  taken: number
}

type Data = Record<string, unknown>
type Places = { area: string; quantity: number }[]
const seatIds = (of: unknown) =>
  (of as (string | { seat: string })[]).map((one) => (typeof one === 'string' ? one : one.seat))

interface ShowState {
  /** Of the event that led to it, in its journal. */
  offset: number
  freePlaces: number
  perCustomerLimit: number
}

/** Whose an admission is, and until when; null: nobody was admitted. */
export type AdmissionLookup = (entryId: string) => { customerId: string; expiresAt: number } | null

/** Why an event can't be: the promise that it breaks. */
export class BrokenPromise extends Error {
  constructor(
    readonly invariant: string,
    detail: string,
  ) {
    super(detail)
  }
}

const broken = (invariant: string, detail: string) => new BrokenPromise(invariant, detail)

/**
 * One show, counted from its events alone, with code that shares nothing with the domain's: seats and their one owner, room
 * in areas, the limit of each customer, holds and their end. Each event costs as much as it has places.
 */
export class ShowModel {
  version = 0
  readonly live = new Map<string, Reservation>()
  private readonly ended = new Set<string>()
  private seats = new Map<string, Seat>()
  private areas = new Map<string, Area>()
  private readonly byCustomer = new Map<string, number>()
  private limit = 0
  private holdMs = 0
  private published = true
  private paused = false
  private cancelled = false
  private capacity = 0
  private taken = 0
  private gate = false
  /** By version, from 1. */
  private readonly states: ShowState[] = []
  /** Admissions that were redeemed, and the version of the show then. */
  readonly redeemed = new Map<string, number>()

  constructor(
    readonly showId: string,
    private readonly plans: ReadonlyMap<string, Plan>,
    /** What the show's waiting room knows of an admission; absent where shows have none. */
    private readonly admissionOf?: AdmissionLookup,
  ) {}

  /** The show as it was at a version; null where it never was, or where nobody will ask. */
  at(version: number): ShowState | null {
    return this.states[version - 1] ?? null
  }

  /** Places that nobody has, as the show reports them. */
  get freePlaces(): number {
    return Math.max(0, this.capacity - this.taken)
  }

  get placesTaken(): number {
    return this.taken
  }

  get summary(): string {
    const reservations = [...this.live]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, it]) => `${id} ${it.confirmed} ${it.expiresAt} ${it.seats.join(',')} ${[...it.areas].join(',')}`)
    return [this.version, this.capacity, this.taken, this.cancelled, ...reservations].join('\n')
  }

  /** @throws BrokenPromise */
  apply(type: string, data: Data, time: number, offset: number): void {
    this.version += 1
    this.evolve(type, data, time)
    if (this.admissionOf) this.states.push({ offset, freePlaces: this.freePlaces, perCustomerLimit: this.limit })
  }

  private evolve(type: string, data: Data, time: number): void {
    if (this.cancelled && type !== 'ReservationCancelled') throw broken('show-cancelled', `${type} after the end`)
    switch (type) {
      case 'ShowScheduled':
        this.schedule(data)
        return
      case 'ShowPublished':
        this.published = true
        return
      case 'SalesPaused':
        this.paused = true
        return
      case 'SalesResumed':
        this.paused = false
        return
      case 'ShowRescheduled':
        return
      case 'AdmissionRequired':
      case 'AdmissionLifted':
        this.gate = type === 'AdmissionRequired'
        return
      case 'PlacesWithdrawn':
      case 'PlacesAdded':
        this.changeCapacity(type === 'PlacesAdded', data)
        return
      case 'PlanChanged':
        this.changePlan(data)
        return
      case 'ShowCancelled':
        if (data.reservations !== this.live.size)
          throw broken('show-cancelled', `${data.reservations} reservations are stated, ${this.live.size} are live`)
        this.cancelled = true
        return
      case 'SeatsHeld':
        this.hold(data)
        return
      default:
        this.change(type, data, time)
    }
  }

  private schedule(data: Data): void {
    if (this.version !== 1) throw broken('scheduled-once', `${this.showId} is scheduled again`)
    this.limit = data.perCustomerLimit as number
    this.holdMs = data.holdMs as number
    this.published = data.published as boolean
    this.lay(data.planHash as string)
    this.stated(data.capacity)
  }

  private lay(planHash: string): void {
    const plan = this.plans.get(planHash)
    if (!plan) throw broken('plan', `no plan ${planHash}`)
    const before = this.seats
    this.seats = new Map()
    for (const { rows } of plan.sections)
      for (const row of rows)
        for (const { id, category } of row.seats) {
          const old = before.get(id)
          if (old?.owner && old.category !== category) throw broken('plan', `${id} is taken and changes its category`)
          this.seats.set(id, { category, owner: old?.owner ?? null, withdrawn: old?.withdrawn ?? false })
        }
    for (const [id, { owner }] of before)
      if (owner && !this.seats.has(id)) throw broken('plan', `${id} is taken and goes`)
    const areas = this.areas
    this.areas = new Map(
      plan.areas.map(({ id, category, capacity }) => [id, { category, capacity, taken: areas.get(id)?.taken ?? 0 }]),
    )
    for (const [id, { taken, capacity }] of this.areas)
      if (taken > capacity) throw broken('capacity', `${id}: ${taken} taken of ${capacity}`)
    this.capacity = [...this.seats.values()].filter(({ withdrawn }) => !withdrawn).length
    for (const { capacity } of this.areas.values()) this.capacity += capacity
  }

  private changePlan(data: Data): void {
    this.lay(data.planHash as string)
    this.stated(data.capacity)
  }

  private changeCapacity(adds: boolean, data: Data): void {
    for (const id of data.seats as string[]) {
      const seat = this.seats.get(id)
      if (!seat || seat.withdrawn !== adds || seat.owner)
        throw broken('capacity', `${id} can't be ${adds ? 'added' : 'withdrawn'}`)
      seat.withdrawn = !adds
      this.capacity += adds ? 1 : -1
    }
    for (const { area: id, quantity } of data.areas as Places) {
      const area = this.areas.get(id)
      if (!area) throw broken('capacity', `there is no area ${id}`)
      area.capacity += adds ? quantity : -quantity
      this.capacity += adds ? quantity : -quantity
      if (area.taken > area.capacity) throw broken('capacity', `${id}: ${area.taken} taken of ${area.capacity}`)
    }
    this.stated(data.capacity)
  }

  private hold(data: Data): void {
    const id = data.reservationId as string
    if (this.live.has(id) || this.ended.has(id)) throw broken('reservation-once', `${id} is held again`)
    this.sells('SeatsHeld')
    this.admitted(data)
    const expiresAt = data.expiresAt as number
    if (expiresAt !== (data.heldAt as number) + this.holdMs) throw broken('hold-length', `${id} ends at ${expiresAt}`)
    this.take(id, data, { expiresAt, extended: false })
  }

  private admitted(data: Data): void {
    const id = data.admissionId as string | null
    if (!this.gate && id === null) return
    const of = id === null ? null : this.admissionOf?.(id)
    if (id === null || !of) throw broken('gate', `${data.reservationId} is held with admission ${id}`)
    if (of.customerId !== data.customerId)
      throw broken('gate', `${data.customerId} holds with ${id}, another's admission`)
    if ((data.heldAt as number) >= of.expiresAt) throw broken('gate', `${id} is redeemed after it ran out`)
    if (this.redeemed.has(id)) throw broken('single-redemption', `${id} is redeemed again`)
    this.redeemed.set(id, this.version)
  }

  private take(id: string, data: Data, more: { expiresAt: number; extended: boolean }): void {
    const customerId = data.customerId as string
    const seats = seatIds(data.seats)
    const areas = new Map((data.areas as Places).map(({ area, quantity }) => [area, quantity]))
    let places = seats.length
    for (const seatId of seats) {
      const seat = this.seats.get(seatId)
      if (!seat || seat.withdrawn) throw broken('seat', `${id} has ${seatId}, which is not for sale`)
      if (seat.owner) throw broken('seat-one-owner', `${seatId} is ${seat.owner}'s, and given to ${id}`)
      seat.owner = id
    }
    for (const [areaId, quantity] of areas) {
      const area = this.areas.get(areaId)
      if (!area) throw broken('capacity', `${id} has places in ${areaId}`)
      area.taken += quantity
      places += quantity
      if (area.taken > area.capacity) throw broken('capacity', `${areaId}: ${area.taken} taken of ${area.capacity}`)
    }
    this.taken += places
    if (this.taken > this.capacity) throw broken('capacity', `${this.taken} taken of ${this.capacity}`)
    const has = (this.byCustomer.get(customerId) ?? 0) + places
    this.byCustomer.set(customerId, has)
    if (has > this.limit) throw broken('customer-limit', `${customerId} has ${has} of ${this.limit}`)
    this.live.set(id, { customerId, seats, areas, places, confirmed: false, ...more })
  }

  private leave(id: string, it: Reservation): void {
    for (const seatId of it.seats) (this.seats.get(seatId) as Seat).owner = null
    for (const [areaId, quantity] of it.areas) (this.areas.get(areaId) as Area).taken -= quantity
    this.taken -= it.places
    this.byCustomer.set(it.customerId, (this.byCustomer.get(it.customerId) ?? 0) - it.places)
    this.live.delete(id)
  }

  private change(type: string, data: Data, time: number): void {
    const id = data.reservationId as string
    const it = this.live.get(id)
    if (!it) throw broken('reservation-live', `${type} of ${id}, which is not live`)
    if (data.customerId !== it.customerId)
      throw broken('reservation-owner', `${type} of ${id} names ${data.customerId}`)
    const named = type === 'SeatsChanged' ? data.releasedSeats : data.seats
    if (it.seats.join() !== seatIds(named).join())
      throw broken('reservation-places', `${type} of ${id} names other seats`)
    if (it.confirmed && type !== 'ReservationCancelled') throw broken('sold', `${type} of ${id}, which is sold`)
    switch (type) {
      case 'HoldExtended': {
        const until = data.expiresAt as number
        if (it.extended || until <= it.expiresAt || until > it.expiresAt + this.holdMs || time >= it.expiresAt)
          throw broken('hold-length', `${id} is extended from ${it.expiresAt} to ${until} at ${time}`)
        it.expiresAt = until
        it.extended = true
        return
      }
      case 'SeatsChanged':
        this.sells(type)
        if (time >= it.expiresAt) throw broken('hold-length', `${id} changes after it ran out`)
        this.leave(id, it)
        this.take(id, data, { expiresAt: it.expiresAt, extended: it.extended })
        return
      case 'ReservationConfirmed':
        if (time >= it.expiresAt) throw broken('hold-length', `${id} is sold after it ran out`)
        it.confirmed = true
        return
      case 'HoldExpired':
        if (time < it.expiresAt) throw broken('hold-length', `${id} expires at ${time}, before ${it.expiresAt}`)
        break
      case 'HoldReleased':
      case 'ReservationCancelled':
        break
      default:
        throw broken('known-event', `there is no event ${type}`)
    }
    this.leave(id, it)
    this.ended.add(id)
  }

  private sells(type: string): void {
    if (!this.published || this.paused) throw broken('on-sale', `${type} while nothing is sold`)
  }

  private stated(capacity: unknown): void {
    if (capacity !== this.capacity)
      throw broken('capacity', `${capacity} places are stated, ${this.capacity} are counted`)
  }
}

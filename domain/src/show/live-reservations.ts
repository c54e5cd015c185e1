import { ints } from '../columns/paged-column.js'
import { TextTable } from '../columns/text-table.js'
import { CustomerPlaces } from './customer-places.js'
import { ExpiryQueue } from './expiry-queue.js'
import type { AreaShare, Places, Reservation } from './reservation.js'
import {
  type Columns,
  frozen,
  isConfirmed,
  isExtended,
  isLive,
  newColumns,
  noArea,
  noSeat,
  type ReadReservations,
  reservationAt,
} from './reservation-columns.js'

/** A hold as it begins. */
export type NewHold = Pick<Reservation, keyof Places | 'id' | 'customerId' | 'totalMinor' | 'heldAt' | 'expiresAt'>

/**
 * The held and confirmed reservations of a show, in columns by slot: what a collection of garbage has to look at, and so how long it
 * stops a decider, does not grow with them. Some 110 bytes each and 60 a customer. A slot is given again when its reservation has
 * ended, the last one first.
 */
export class LiveReservations implements ReadReservations {
  readonly columns: Columns = newColumns()
  readonly ids = new TextTable()
  readonly prefix: string
  readonly moreAreas = new Map<number, readonly AreaShare[]>()
  nextSeats: Int32Array
  private given = 0
  /** No slot below it is taken. */
  private lowest = 0
  private readonly free: number[] = []
  private readonly customers = new CustomerPlaces()
  readonly customerIds = { get: (customer: number) => this.customers.idOf(customer) }
  private readonly queuedAt = ints()
  private readonly queue = new ExpiryQueue<number>({
    endsAt: (slot) => this.columns.expiresAts.get(slot),
    isIdBefore: (slot, other) => this.ids.isBefore(slot, other),
    placeOf: (slot) => this.queuedAt.get(slot) - 1,
    setPlace: (slot, at) => this.queuedAt.set(slot, at + 1),
  })

  constructor(showId: string, seatCount: number) {
    this.prefix = `${showId}.`
    this.nextSeats = new Int32Array(seatCount)
  }

  get size(): number {
    return this.ids.size
  }

  get held(): number {
    return this.queue.size
  }

  /** One more than the highest slot that was ever given. */
  get slots(): number {
    return this.given
  }

  /** The next one to be given is the last. */
  get freeSlots(): readonly number[] {
    return this.free
  }

  /** Whether an id begins with the show's: no other can be one of these. */
  isOurs(id: string): boolean {
    return id.startsWith(this.prefix)
  }

  has(id: string): boolean {
    return this.slotOf(id) >= 0
  }

  get(id: string): Reservation | undefined {
    const slot = this.slotOf(id)
    return slot < 0 ? undefined : reservationAt(this, slot)!
  }

  /** Null: the slot is free. */
  at(slot: number): Reservation | null {
    return reservationAt(this, slot)
  }

  /** In the order of their slots, which the journal determines. */
  *values(): Generator<Reservation> {
    for (let slot = this.firstLive(); slot < this.given; slot++) {
      const reservation = this.at(slot)
      if (reservation) yield reservation
    }
  }

  /** Places that a customer holds and owns. */
  placesOf(customerId: string): number {
    return this.customers.of(customerId)
  }

  /** Customers who have places, and how many. */
  customerPlaces(): [customerId: string, places: number][] {
    return this.customers.entries()
  }

  /** When the next hold ends, UTC ms; null: there is none. */
  firstExpiry(): number | null {
    const slot = this.queue.first()
    return slot === undefined ? null : this.columns.expiresAts.get(slot)
  }

  /** The first `limit` holds that end at or before `now`, in the order in which they end, then by id. */
  due(now: number, limit: number): Reservation[] {
    return this.queue.due(now, limit).map((slot) => this.at(slot)!)
  }

  /** @returns its slot */
  hold(hold: NewHold): number {
    const slot = this.free.pop() ?? this.given++
    this.put(slot, hold)
    return slot
  }

  /** As many slots as another had given; then `put` for each that is taken, `freeSlot` for the others in their order. */
  giveSlots(count: number): void {
    this.given = count
  }

  freeSlot(slot: number): void {
    this.free.push(slot)
  }

  /** As `hold`, at a slot that is given already. */
  put(slot: number, { id, customerId, totalMinor, heldAt, expiresAt, ...has }: NewHold): void {
    const { columns } = this
    columns.customers.set(slot, this.customers.add(customerId, has.places))
    this.ids.put(slot, id.slice(this.prefix.length))
    columns.flags.set(slot, isLive)
    this.lowest = Math.min(this.lowest, slot)
    columns.totals.set(slot, totalMinor)
    columns.heldAts.set(slot, heldAt)
    columns.expiresAts.set(slot, expiresAt)
    this.setPlaces(slot, has)
    this.queue.add(slot)
  }

  /** A hold has other places, and costs something else. */
  change(slot: number, has: Places, totalMinor: number): void {
    const { columns } = this
    this.customers.change(columns.customers.get(slot), has.places - columns.places.get(slot))
    columns.totals.set(slot, totalMinor)
    this.setPlaces(slot, has)
  }

  extend(slot: number, expiresAt: number): void {
    this.queue.remove(slot)
    this.columns.expiresAts.set(slot, expiresAt)
    this.mark(slot, isExtended)
    this.queue.add(slot)
  }

  confirm(slot: number): void {
    this.queue.remove(slot)
    this.mark(slot, isConfirmed)
  }

  end(slot: number): void {
    const { columns } = this
    if ((columns.flags.get(slot) & isConfirmed) === 0) this.queue.remove(slot)
    this.customers.change(columns.customers.get(slot), -columns.places.get(slot))
    columns.flags.set(slot, 0)
    this.ids.delete(slot)
    this.moreAreas.delete(slot)
    this.free.push(slot)
  }

  /** Seats and areas have other numbers from now on: those that `moved` gives for each reservation. */
  renumber(seatCount: number, moved: (reservation: Reservation) => Pick<Places, 'seats' | 'areas'>): void {
    const { prefix, ids, customerIds, columns, moreAreas, nextSeats } = this
    const before = { prefix, ids, customerIds, columns, moreAreas, nextSeats }
    this.nextSeats = new Int32Array(seatCount)
    for (let slot = this.firstLive(); slot < this.given; slot++) {
      const reservation = reservationAt(before, slot)
      if (reservation) this.setPlaces(slot, { ...moved(reservation), places: reservation.places })
    }
  }

  /** All as they are now, to be read while these go on. */
  frozen(): ReadReservations {
    return frozen(this, this.ids.frozen(), this.customers.frozenIds())
  }

  /** So that a cancelled show, which calls its reservations off some at a time, does not look through all that it has called off. */
  private firstLive(): number {
    while (this.lowest < this.given && this.columns.flags.get(this.lowest) === 0) this.lowest++
    return this.lowest
  }

  private slotOf(id: string): number {
    return this.isOurs(id) ? this.ids.find(id.slice(this.prefix.length)) : -1
  }

  private mark(slot: number, flag: number): void {
    this.columns.flags.set(slot, this.columns.flags.get(slot) | flag)
  }

  private setPlaces(slot: number, { seats, areas, places }: Places): void {
    const { columns, nextSeats } = this
    columns.firstSeats.set(slot, seats[0] ?? noSeat)
    seats.forEach((seat, at) => {
      nextSeats[seat] = seats[at + 1] ?? noSeat
    })
    const [area, ...more] = areas
    columns.areas.set(slot, area?.area ?? noArea)
    columns.quantities.set(slot, area?.quantity ?? 0)
    if (more.length > 0) this.moreAreas.set(slot, more)
    else this.moreAreas.delete(slot)
    columns.places.set(slot, places)
  }
}

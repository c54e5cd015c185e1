import { bytes } from '../columns/paged-column.js'
import type { PlanIndex } from '../venue/plan-index.js'
import { isEnding } from './ended-reservations.js'
import { assign, sell } from './occupy.js'
import type { AreaShare, Places } from './reservation.js'
import { type EndedRow, type PartOfShow, type ReservationRow, type ShowHead, SnapshotError } from './snapshot-show.js'
import { areaPlacesLeft, emptyShow, type ShowState, seatFree, seatHeld, seatWithdrawn } from './state.js'

/** Builds a show again from its parts, in their order. Throws a SnapshotError where they can't be those of a show. */
export class ShowRestore {
  private readonly state: ShowState
  /** By slot: 1 once a reservation has it, or it is known as free. */
  private readonly known = bytes()

  constructor(
    private readonly head: ShowHead,
    plan: PlanIndex,
  ) {
    this.state = emptyShow(head.terms, plan)
    const { state } = this
    state.paused = head.paused
    state.cancelled = head.cancelled
    state.admission.required = head.admissionRequired
    if (head.areaCapacity.length !== state.areaCapacity.length) this.fail('its areas are not those of its plan')
    state.areaCapacity.set(head.areaCapacity)
    state.reservations.giveSlots(head.slots)
    for (const seat of head.withdrawn) state.seatStatus[seat] = seatWithdrawn
  }

  take(part: PartOfShow): void {
    switch (part.part) {
      case 'reservations':
        for (const row of part.rows) this.reserve(row)
        return
      case 'free-slots':
        for (const slot of part.slots) {
          this.use(slot, 'free')
          this.state.reservations.freeSlot(slot)
        }
        return
      case 'ended':
        for (const row of part.rows) this.end(row)
        return
      case 'redeemed': {
        const { redeemed } = this.state.admission
        for (const number of part.numbers) {
          if (redeemed.has(number)) this.fail(`admission ${number} spent twice`)
          redeemed.add(number)
        }
      }
    }
  }

  finish(): ShowState {
    const { state, head } = this
    const { reservations, ended, admission } = state
    if (reservations.size !== head.reservations) this.fail(`${reservations.size} reservations`)
    if (reservations.freeSlots.length !== head.freeSlots) this.fail(`${reservations.freeSlots.length} free slots`)
    if (head.reservations + head.freeSlots !== head.slots) this.fail(`${head.slots} slots`)
    if (ended.size !== head.ended) this.fail(`${ended.size} ended reservations`)
    if (admission.redeemed.size !== head.redeemed) this.fail(`${admission.redeemed.size} admissions spent`)
    state.freeSeats.give([...state.seatStatus.keys()].filter((seat) => state.seatStatus[seat] === seatFree))
    return state
  }

  private reserve(row: ReservationRow): void {
    const { reservations } = this.state
    const [slot, id, customerId, seats, shares, totalMinor, confirmed, heldAt, extended, expiresAt] = row
    this.checkNew(id, customerId)
    this.use(slot, id)
    const places = this.placesOf(id, seats, shares)
    if (![totalMinor, heldAt, expiresAt].every(Number.isSafeInteger)) this.fail(`total or times of ${id}`)
    reservations.put(slot, { id, customerId, ...places, totalMinor, heldAt, expiresAt })
    if (extended === 1) reservations.extend(slot, expiresAt)
    assign(this.state, slot, places)
    if (confirmed === 0) return
    reservations.confirm(slot)
    sell(this.state, places)
  }

  private end([id, customerId, ending]: EndedRow): void {
    this.checkNew(id, customerId)
    if (!isEnding(ending)) this.fail(`${id} ended as ${ending}`)
    this.state.ended.add(id, { customerId, ending })
  }

  private checkNew(id: unknown, customerId: unknown): void {
    const { reservations, ended } = this.state
    if (typeof id !== 'string' || typeof customerId !== 'string')
      throw this.error(`an id ${id}, a customer ${customerId}`)
    if (!reservations.isOurs(id)) this.fail(`${id} is another show's`)
    if (reservations.has(id) || ended.get(id)) this.fail(`${id} twice`)
  }

  private use(slot: number, by: string): void {
    if (!Number.isInteger(slot) || slot < 0 || slot >= this.head.slots) this.fail(`slot ${slot} is none (${by})`)
    if (this.known.get(slot) === 1) this.fail(`slot ${slot} twice (${by})`)
    this.known.set(slot, 1)
  }

  private placesOf(id: string, seats: readonly number[], shares: readonly number[]): Places {
    const { state } = this
    for (const seat of seats) {
      if (state.seatStatus[seat] !== seatFree) this.fail(`seat ${seat} of ${id} is not free`)
      state.seatStatus[seat] = seatHeld
    }
    const areas: AreaShare[] = []
    for (let at = 0; at < shares.length; at += 2) {
      const share = { area: shares[at]!, quantity: shares[at + 1]! }
      const isThere =
        Number.isInteger(share.quantity) && share.quantity > 0 && share.quantity <= areaPlacesLeft(state, share.area)
      if (!isThere || areas.some(({ area }) => area === share.area)) this.fail(`places of ${id} in area ${share.area}`)
      areas.push(share)
    }
    const places = areas.reduce((sum, { quantity }) => sum + quantity, seats.length)
    if (places === 0) this.fail(`${id} has no places`)
    return { seats, areas, places }
  }

  private fail(what: string): never {
    throw this.error(what)
  }

  private error(what: string): SnapshotError {
    return new SnapshotError(`show ${this.state.terms.showId}: ${what}`)
  }
}

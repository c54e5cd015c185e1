import type { PlanIndex } from '../venue/plan-index.js'
import { EndedReservations } from './ended-reservations.js'
import type { ShowScheduled } from './events.js'
import { type Expiring, ExpiryQueue } from './expiry-queue.js'

export const seatFree = 0
export const seatHeld = 1
export const seatSold = 2

/** No reservation: what `seatOwner` says of a free seat. */
export const nobody = -1

/** How many ended reservations a show remembers. */
export const endedBound = 50_000

export interface Reservation extends Expiring {
  readonly id: string
  readonly customerId: string
  /** Its place in `ShowState.slots`, given again to another when it ends. */
  readonly slot: number
  /** Numbers of the PlanIndex, in the order of the SeatsHeld event. */
  readonly seats: readonly number[]
  readonly areas: readonly { readonly area: number; readonly quantity: number }[]
  /** Seats plus places in areas. */
  readonly places: number
  readonly totalMinor: number
  status: 'held' | 'confirmed'
  /** UTC ms, exclusive; without meaning once confirmed. */
  expiresAt: number
}

/**
 * One show. It belongs to its caller, and `evolve` changes it in place: 50,000 seats can't be copied for each event.
 * What an outsider may rely on is read with the functions beside it; `describeShow` gives all of it.
 */
export interface ShowState {
  readonly terms: ShowScheduled
  readonly plan: PlanIndex
  /** Price by category number, minor units; -1 where the category has none (no place is in it). */
  readonly prices: Float64Array
  /** seatFree, seatHeld or seatSold by seat number. */
  readonly seatStatus: Uint8Array
  /** Slot of the reservation that has the seat, or `nobody`. */
  readonly seatOwner: Int32Array
  /** A set bit is a free seat; `PlanIndex.seatBit` and `rowWord` say where. Rows begin at words, so a row's free runs are read directly. */
  readonly freeSeats: Uint32Array
  readonly areaHeld: Uint32Array
  readonly areaSold: Uint32Array
  /** Places held, places sold, in seats and areas together. */
  held: number
  sold: number
  /** Places held and owned by customer; no entry is none. */
  readonly customerPlaces: Map<string, number>
  /** Held and confirmed reservations by id. */
  readonly reservations: Map<string, Reservation>
  readonly slots: (Reservation | null)[]
  readonly freeSlots: number[]
  readonly holds: ExpiryQueue<Reservation>
  readonly ended: EndedReservations
}

export function initialShow(terms: ShowScheduled, plan: PlanIndex): ShowState {
  const prices = new Float64Array(plan.categoryIds.length).fill(-1)
  for (const price of terms.prices) {
    const category = plan.categories.get(price.category)
    if (category !== undefined) prices[category] = price.priceMinor
  }
  const freeSeats = new Uint32Array(plan.rowWord[plan.rowWord.length - 1]!)
  for (const bit of plan.seatBit) freeSeats[bit >>> 5]! |= 1 << (bit & 31)
  return {
    terms,
    plan,
    prices,
    seatStatus: new Uint8Array(plan.seatCount),
    seatOwner: new Int32Array(plan.seatCount).fill(nobody),
    freeSeats,
    areaHeld: new Uint32Array(plan.areaIds.length),
    areaSold: new Uint32Array(plan.areaIds.length),
    held: 0,
    sold: 0,
    customerPlaces: new Map(),
    reservations: new Map(),
    slots: [],
    freeSlots: [],
    holds: new ExpiryQueue(),
    ended: new EndedReservations(endedBound),
  }
}

export function freePlaces(state: ShowState): number {
  return state.plan.capacity - state.held - state.sold
}

export function areaPlacesLeft(state: ShowState, area: number): number {
  return state.plan.areaCapacity[area]! - state.areaHeld[area]! - state.areaSold[area]!
}

/** Places that a customer holds and owns. */
export function placesOf(state: ShowState, customerId: string): number {
  return state.customerPlaces.get(customerId) ?? 0
}

/** When the next hold ends, UTC ms; null where nothing is held. */
export function nextDeadline(state: ShowState): number | null {
  return state.holds.first()?.expiresAt ?? null
}

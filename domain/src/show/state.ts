import type { PlanIndex } from '../venue/plan-index.js'
import type { AreaQuantity } from './commands.js'
import { EndedReservations } from './ended-reservations.js'
import type { SalesPaused, ShowCancelled, ShowScheduled } from './events.js'
import { FreeSeats } from './free-seats.js'
import { LiveReservations } from './live-reservations.js'
import type { Reservation } from './reservation.js'

export const seatFree = 0
export const seatHeld = 1
export const seatSold = 2
export const seatWithdrawn = 3

/** No reservation: what `seatOwner` says of a free seat. */
export const nobody = -1

/** How many ended reservations a show remembers. */
export const endedBound = 50_000

/**
 * One show. It belongs to its caller, and `evolve` changes it in place: 50,000 seats can't be copied for each event.
 * What an outsider may rely on is read with the functions beside it; `describeShow` gives all of it.
 */
export interface ShowState {
  /** As scheduled, but for what was changed since: plan, capacity, sales window, curtain, and whether it is published. */
  terms: Readonly<ShowScheduled>
  plan: PlanIndex
  /** Price by category number, minor units; -1 where the category has none (no place is in it). */
  prices: Float64Array
  /** seatFree, seatHeld, seatSold or seatWithdrawn by seat number. */
  seatStatus: Uint8Array
  /** Slot of the reservation that has the seat, or `nobody`. */
  seatOwner: Int32Array
  freeSeats: FreeSeats
  /** Places for sale or taken: the plan's, less what was withdrawn, with what was added. */
  areaCapacity: Uint32Array
  areaHeld: Uint32Array
  areaSold: Uint32Array
  paused: SalesPaused | null
  cancelled: ShowCancelled | null
  /** Places held, places sold, in seats and areas together. */
  held: number
  sold: number
  /** Held and confirmed. */
  readonly reservations: LiveReservations
  readonly ended: EndedReservations
  /** Whether holds take an admission of the waiting room, and the numbers of those that were spent. */
  admission: { required: boolean; readonly redeemed: Set<number> }
}

export function initialShow(terms: ShowScheduled, plan: PlanIndex): ShowState {
  const state = emptyShow(terms, plan)
  state.freeSeats.give([...plan.seatBit.keys()])
  return state
}

/** As initialShow, but for `freeSeats`: none of them is known as free yet. */
export function emptyShow(terms: ShowScheduled, plan: PlanIndex): ShowState {
  return {
    terms,
    plan,
    prices: pricesOn(plan, terms),
    seatStatus: new Uint8Array(plan.seatCount),
    seatOwner: new Int32Array(plan.seatCount).fill(nobody),
    freeSeats: new FreeSeats(plan),
    areaCapacity: plan.areaCapacity.slice(),
    areaHeld: new Uint32Array(plan.areaIds.length),
    areaSold: new Uint32Array(plan.areaIds.length),
    paused: null,
    cancelled: null,
    held: 0,
    sold: 0,
    reservations: new LiveReservations(terms.showId, plan.seatCount),
    ended: new EndedReservations(terms.showId, endedBound),
    admission: { required: false, redeemed: new Set() },
  }
}

/** Price by category number of a plan. */
export function pricesOn(plan: PlanIndex, { prices }: Pick<ShowScheduled, 'prices'>): Float64Array {
  const byCategory = new Float64Array(plan.categoryIds.length).fill(-1)
  for (const price of prices) {
    const category = plan.categories.get(price.category)
    if (category !== undefined) byCategory[category] = price.priceMinor
  }
  return byCategory
}

/** Seats and areas of a reservation by their ids. */
export function namesOf(
  plan: PlanIndex,
  { seats, areas }: Pick<Reservation, 'seats' | 'areas'>,
): { seats: string[]; areas: AreaQuantity[] } {
  return {
    seats: seats.map((seat) => plan.seatIds[seat]!),
    areas: areas.map(({ area, quantity }) => ({ area: plan.areaIds[area]!, quantity })),
  }
}

export function freePlaces(state: ShowState): number {
  return state.terms.capacity - state.held - state.sold
}

export function areaPlacesLeft(state: ShowState, area: number): number {
  return state.areaCapacity[area]! - state.areaHeld[area]! - state.areaSold[area]!
}

/** Places that a customer holds and owns. */
export function placesOf(state: ShowState, customerId: string): number {
  return state.reservations.placesOf(customerId)
}

/** When time next causes an event, UTC ms: the next hold ends, or reservations of a cancelled show are left; null: never. */
export function nextDeadline(state: ShowState): number | null {
  if (state.cancelled) return state.reservations.size > 0 ? state.cancelled.cancelledAt : null
  return state.reservations.firstExpiry()
}

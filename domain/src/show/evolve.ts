import type { PlanIndex } from '../venue/plan-index.js'
import type { AreaQuantity } from './commands.js'
import type { Ending } from './ended-reservations.js'
import type { HoldExpired, SeatsHeld, ShowEvent, ShowScheduled } from './events.js'
import {
  areaPlacesLeft,
  initialShow,
  nobody,
  type Reservation,
  type ShowState,
  seatFree,
  seatHeld,
  seatSold,
} from './state.js'

/** The log contradicts itself or this code: the fold of that show must stop here, never go on without the event. */
export class ContradictionError extends Error {
  override readonly name = 'ContradictionError'

  constructor(
    readonly showId: string,
    readonly eventType: string,
    what: string,
  ) {
    super(`show ${showId}: ${eventType} contradicts what was before: ${what}`)
  }
}

/**
 * Applies an event. `state` (null before ShowScheduled) is changed in place and returned; `plan` is read for ShowScheduled
 * alone, and must be the plan that the event names. Throws ContradictionError, with the state unchanged, on an event that
 * can't follow: a seat taken twice, a reservation that is not there, a type that this code does not know.
 */
export function evolve(state: ShowState | null, event: ShowEvent, plan: PlanIndex | null): ShowState {
  if (event.type === 'ShowScheduled') return scheduled(state, event.data, plan)
  const fail = (what: string): never => {
    throw new ContradictionError(event.data.showId, event.type, what)
  }
  if (!state) return fail('the show was not scheduled')
  if (event.data.showId !== state.terms.showId) return fail(`it was given to show ${state.terms.showId}`)
  switch (event.type) {
    case 'SeatsHeld':
      hold(state, event.data, fail)
      return state
    case 'HoldReleased':
      end(state, theReservation(state, event.data, fail), 'held', 'released', fail)
      return state
    case 'HoldExpired': {
      const reservation = theReservation(state, event.data, fail)
      if (event.data.expiredAt < reservation.expiresAt) fail(`${reservation.id} lasts until ${reservation.expiresAt}`)
      end(state, reservation, 'held', 'expired', fail)
      return state
    }
    case 'ReservationConfirmed':
      confirm(state, theReservation(state, event.data, fail), fail)
      return state
    case 'ReservationCancelled':
      end(
        state,
        theReservation(state, event.data, fail),
        event.data.wasConfirmed ? 'confirmed' : 'held',
        'cancelled',
        fail,
      )
      return state
    default: {
      return fail(`this code does not know such an event: ${event.type}`)
    }
  }
}

type Fail = (what: string) => never

function scheduled(state: ShowState | null, terms: ShowScheduled, plan: PlanIndex | null): ShowState {
  const fail: Fail = (what) => {
    throw new ContradictionError(terms.showId, 'ShowScheduled', what)
  }
  if (state) return fail('the show was scheduled before')
  if (!plan) return fail(`the plan ${terms.planHash} is not at hand`)
  if (plan.capacity !== terms.capacity)
    return fail(`capacity ${terms.capacity}, but the plan has ${plan.capacity} places`)
  return initialShow(terms, plan)
}

function hold(state: ShowState, event: SeatsHeld, fail: Fail): void {
  const { plan } = state
  if (state.reservations.has(event.reservationId) || state.ended.get(event.reservationId)) {
    fail(`${event.reservationId} was there before`)
  }
  if (!(event.expiresAt > event.heldAt)) fail(`${event.reservationId} ends before it begins`)
  const seats: number[] = []
  let total = 0
  for (const { seat, priceMinor } of event.seats) {
    const number = plan.seats.get(seat) ?? fail(`the plan has no seat ${seat}`)
    if (state.seatStatus[number] !== seatFree) fail(`seat ${seat} is ${ownerOf(state, number)}'s`)
    if (seats.includes(number)) fail(`seat ${seat} is named twice`)
    seats.push(number)
    total += priceMinor
  }
  const areas: { area: number; quantity: number }[] = []
  let places = seats.length
  for (const { area: id, quantity, priceMinor } of event.areas) {
    const area = plan.areas.get(id) ?? fail(`the plan has no area ${id}`)
    if (!Number.isInteger(quantity) || quantity < 1) fail(`${quantity} places in area ${id}`)
    if (areas.some((other) => other.area === area)) fail(`area ${id} is named twice`)
    if (quantity > areaPlacesLeft(state, area))
      fail(`${quantity} places in area ${id}, which has ${areaPlacesLeft(state, area)} left`)
    areas.push({ area, quantity })
    places += quantity
    total += quantity * priceMinor
  }
  if (places === 0) fail(`${event.reservationId} holds nothing`)
  if (total !== event.totalMinor) fail(`${event.reservationId} costs ${event.totalMinor}, its places ${total}`)

  const slot = state.freeSlots.pop() ?? state.slots.push(null) - 1
  const reservation: Reservation = {
    id: event.reservationId,
    customerId: event.customerId,
    slot,
    seats,
    areas,
    places,
    totalMinor: event.totalMinor,
    status: 'held',
    expiresAt: event.expiresAt,
    queuedAt: -1,
  }
  state.slots[slot] = reservation
  state.reservations.set(reservation.id, reservation)
  state.holds.add(reservation)
  for (const seat of seats) {
    state.seatStatus[seat] = seatHeld
    state.seatOwner[seat] = slot
    const bit = plan.seatBit[seat]!
    state.freeSeats[bit >>> 5]! &= ~(1 << (bit & 31))
  }
  for (const { area, quantity } of areas) state.areaHeld[area]! += quantity
  state.held += places
  state.customerPlaces.set(event.customerId, (state.customerPlaces.get(event.customerId) ?? 0) + places)
}

function confirm(state: ShowState, reservation: Reservation, fail: Fail): void {
  if (reservation.status !== 'held') fail(`${reservation.id} is ${reservation.status}`)
  state.holds.remove(reservation)
  reservation.status = 'confirmed'
  for (const seat of reservation.seats) state.seatStatus[seat] = seatSold
  for (const { area, quantity } of reservation.areas) {
    state.areaHeld[area]! -= quantity
    state.areaSold[area]! += quantity
  }
  state.held -= reservation.places
  state.sold += reservation.places
}

function end(
  state: ShowState,
  reservation: Reservation,
  status: Reservation['status'],
  ending: Ending,
  fail: Fail,
): void {
  if (reservation.status !== status) fail(`${reservation.id} is ${reservation.status}`)
  if (status === 'held') state.holds.remove(reservation)
  const { seatBit } = state.plan
  for (const seat of reservation.seats) {
    state.seatStatus[seat] = seatFree
    state.seatOwner[seat] = nobody
    const bit = seatBit[seat]!
    state.freeSeats[bit >>> 5]! |= 1 << (bit & 31)
  }
  const areaTaken = status === 'held' ? state.areaHeld : state.areaSold
  for (const { area, quantity } of reservation.areas) areaTaken[area]! -= quantity
  if (status === 'held') state.held -= reservation.places
  else state.sold -= reservation.places
  const left = (state.customerPlaces.get(reservation.customerId) ?? 0) - reservation.places
  if (left > 0) state.customerPlaces.set(reservation.customerId, left)
  else state.customerPlaces.delete(reservation.customerId)
  state.reservations.delete(reservation.id)
  state.slots[reservation.slot] = null
  state.freeSlots.push(reservation.slot)
  state.ended.add(reservation.id, { customerId: reservation.customerId, ending })
}

/** The live reservation that an event is about, once the event says the same of it as the state does. */
function theReservation(
  state: ShowState,
  event: Pick<HoldExpired, 'reservationId' | 'customerId' | 'seats' | 'areas'>,
  fail: Fail,
): Reservation {
  const reservation =
    state.reservations.get(event.reservationId) ?? fail(`there is no reservation ${event.reservationId}`)
  if (event.customerId !== reservation.customerId) fail(`${reservation.id} is not that customer's`)
  if (!sameSeats(state.plan, reservation, event.seats)) fail(`${reservation.id} has other seats`)
  if (!sameAreas(state.plan, reservation, event.areas)) fail(`${reservation.id} has other places in areas`)
  return reservation
}

function sameSeats(plan: PlanIndex, reservation: Reservation, seats: readonly string[]): boolean {
  return (
    seats.length === reservation.seats.length && reservation.seats.every((seat, at) => plan.seatIds[seat] === seats[at])
  )
}

function sameAreas(plan: PlanIndex, reservation: Reservation, areas: readonly AreaQuantity[]): boolean {
  return (
    areas.length === reservation.areas.length &&
    reservation.areas.every(
      ({ area, quantity }, at) => plan.areaIds[area] === areas[at]!.area && quantity === areas[at]!.quantity,
    )
  )
}

function ownerOf(state: ShowState, seat: number): string {
  return state.slots[state.seatOwner[seat]!]?.id ?? 'nobody'
}

import type { PlanIndex } from '../venue/plan-index.js'
import { admissionNumber } from './admission.js'
import type { AreaQuantity } from './commands.js'
import type { Ending } from './ended-reservations.js'
import type { HoldExtended, OfReservation, SeatsChanged, SeatsHeld, ShowEvent, ShowScheduled } from './events.js'
import { add, changePlan, withdraw } from './evolve-show.js'
import { occupy, placesToHold, sell, vacate } from './occupy.js'
import type { Reservation } from './reservation.js'
import { initialShow, namesOf, type ShowState } from './state.js'

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

/** Throws a ContradictionError. */
export type Fail = (what: string) => never

/**
 * Applies an event. `state` (null before ShowScheduled) is changed in place and returned; `plan` is read for ShowScheduled and
 * PlanChanged alone, and must be the plan that the event names. Throws ContradictionError, with the state unchanged, on an
 * event that can't follow: a seat taken twice, a reservation that is not there, a type that this code does not know.
 */
export function evolve(state: ShowState | null, event: ShowEvent, plan: PlanIndex | null): ShowState {
  if (event.type === 'ShowScheduled') return scheduled(state, event.data, plan)
  const fail: Fail = (what) => {
    throw new ContradictionError(event.data.showId, event.type, what)
  }
  if (!state) return fail('the show was not scheduled')
  if (event.data.showId !== state.terms.showId) return fail(`it was given to show ${state.terms.showId}`)
  apply(state, event, plan, fail)
  return state
}

function apply(
  state: ShowState,
  event: Exclude<ShowEvent, { type: 'ShowScheduled' }>,
  plan: PlanIndex | null,
  fail: Fail,
): void {
  const known = (data: OfReservation) => theReservation(state, data, fail)
  if (state.cancelled && event.type !== 'ReservationCancelled') fail('the show was cancelled')
  switch (event.type) {
    case 'SeatsHeld':
      hold(state, event.data, fail)
      return
    case 'HoldExtended':
      extend(state, known(event.data), event.data, fail)
      return
    case 'SeatsChanged':
      change(state, event.data, fail)
      return
    case 'HoldReleased':
      end(state, known(event.data), 'held', 'released', fail)
      return
    case 'HoldExpired': {
      const reservation = known(event.data)
      if (event.data.expiredAt < reservation.expiresAt) fail(`${reservation.id} lasts until ${reservation.expiresAt}`)
      end(state, reservation, 'held', 'expired', fail)
      return
    }
    case 'ReservationConfirmed':
      confirm(state, known(event.data), fail)
      return
    case 'ReservationCancelled':
      end(state, known(event.data), event.data.wasConfirmed ? 'confirmed' : 'held', 'cancelled', fail)
      return
    case 'ShowPublished':
      if (state.terms.published) fail('it was published before')
      state.terms = { ...state.terms, published: true }
      return
    case 'SalesPaused':
      if (state.paused) fail('sales were paused before')
      state.paused = event.data
      return
    case 'SalesResumed':
      if (!state.paused) fail('sales were not paused')
      state.paused = null
      return
    case 'ShowRescheduled': {
      const { salesFrom, salesUntil, startsAt } = event.data
      state.terms = { ...state.terms, salesFrom, salesUntil, startsAt }
      return
    }
    case 'PlacesWithdrawn':
      withdraw(state, event.data, fail)
      return
    case 'PlacesAdded':
      add(state, event.data, fail)
      return
    case 'PlanChanged':
      changePlan(state, event.data, plan, fail)
      return
    case 'ShowCancelled':
      if (event.data.reservations !== state.reservations.size)
        fail(`${event.data.reservations} reservations, but ${state.reservations.size} are live`)
      state.cancelled = event.data
      return
    case 'AdmissionRequired':
      if (state.admission.required) fail('it was required before')
      state.admission.required = true
      return
    case 'AdmissionLifted':
      if (!state.admission.required) fail('it was not required')
      state.admission.required = false
      return
    default: {
      const unknown: never = event
      fail(`this code does not know such an event: ${(unknown as ShowEvent).type}`)
    }
  }
}

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
  if (state.reservations.has(event.reservationId) || state.ended.get(event.reservationId)) {
    fail(`${event.reservationId} was there before`)
  }
  if (!state.reservations.isOurs(event.reservationId)) fail(`${event.reservationId} is no id of this show's`)
  if (!(event.expiresAt > event.heldAt)) fail(`${event.reservationId} ends before it begins`)
  const admission = spentAdmission(state, event, fail)
  const places = placesToHold(state, event, null, fail)
  if (admission !== null) state.admission.redeemed.add(admission)
  const { reservationId: id, customerId, totalMinor, heldAt, expiresAt } = event
  const slot = state.reservations.hold({ id, customerId, ...places, totalMinor, heldAt, expiresAt })
  occupy(state, slot, places)
}

/** The number of the admission that a hold spends; null: none. */
function spentAdmission({ admission, terms }: ShowState, { admissionId }: SeatsHeld, fail: Fail): number | null {
  if (admissionId === null) return admission.required ? fail('it was made without an admission') : null
  const number = admissionNumber(terms.showId, admissionId) ?? fail(`${admissionId} is no admission`)
  if (admission.redeemed.has(number)) fail(`the admission ${admissionId} was spent before`)
  return number
}

function extend(state: ShowState, reservation: Reservation, event: HoldExtended, fail: Fail): void {
  if (reservation.status !== 'held') fail(`${reservation.id} is ${reservation.status}`)
  if (reservation.extended) fail(`${reservation.id} was extended before`)
  if (!(event.expiresAt > reservation.expiresAt)) fail(`${reservation.id} lasts until ${reservation.expiresAt} already`)
  state.reservations.extend(reservation.slot, event.expiresAt)
}

function change(state: ShowState, event: SeatsChanged, fail: Fail): void {
  const released = { ...event, seats: event.releasedSeats, areas: event.releasedAreas }
  const reservation = theReservation(state, released, fail)
  if (reservation.status !== 'held') fail(`${reservation.id} is ${reservation.status}`)
  if (event.expiresAt !== reservation.expiresAt) fail(`${reservation.id} lasts until ${reservation.expiresAt}`)
  const places = placesToHold(state, event, reservation, fail)
  vacate(state, reservation)
  state.reservations.change(reservation.slot, places, event.totalMinor)
  occupy(state, reservation.slot, places)
}

function confirm(state: ShowState, reservation: Reservation, fail: Fail): void {
  if (reservation.status !== 'held') fail(`${reservation.id} is ${reservation.status}`)
  state.reservations.confirm(reservation.slot)
  sell(state, reservation)
}

function end(
  state: ShowState,
  reservation: Reservation,
  status: Reservation['status'],
  ending: Ending,
  fail: Fail,
): void {
  if (reservation.status !== status) fail(`${reservation.id} is ${reservation.status}`)
  vacate(state, reservation)
  state.reservations.end(reservation.slot)
  state.ended.add(reservation.id, { customerId: reservation.customerId, ending })
}

/** The live reservation that an event is about, once the event says the same of it as the state does. */
function theReservation(state: ShowState, event: OfReservation, fail: Fail): Reservation {
  const reservation =
    state.reservations.get(event.reservationId) ?? fail(`there is no reservation ${event.reservationId}`)
  if (event.customerId !== reservation.customerId) fail(`${reservation.id} is not that customer's`)
  const { seats, areas } = namesOf(state.plan, reservation)
  const sameSeats = seats.length === event.seats.length && seats.every((seat, at) => seat === event.seats[at])
  if (!sameSeats) fail(`${reservation.id} has other seats`)
  if (!sameAreas(areas, event.areas)) fail(`${reservation.id} has other places in areas`)
  return reservation
}

function sameAreas(areas: readonly AreaQuantity[], named: readonly AreaQuantity[]): boolean {
  return (
    areas.length === named.length &&
    areas.every(({ area, quantity }, at) => area === named[at]!.area && quantity === named[at]!.quantity)
  )
}

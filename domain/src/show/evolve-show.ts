import type { PlanIndex } from '../venue/plan-index.js'
import type { PlacesAdded, PlacesWithdrawn, PlanChanged } from './events.js'
import type { Fail } from './evolve.js'
import { FreeSeats } from './free-seats.js'
import { areaShares } from './occupy.js'
import { lackingPlaces, withdrawnIn } from './places.js'
import type { AreaShare, Reservation } from './reservation.js'
import {
  areaPlacesLeft,
  nobody,
  pricesOn,
  type ShowState,
  seatFree,
  seatHeld,
  seatSold,
  seatWithdrawn,
} from './state.js'

export function withdraw(state: ShowState, event: PlacesWithdrawn, fail: Fail): void {
  const { seats, areas, places } = placesOf(state, event, seatFree, (area) => areaPlacesLeft(state, area), fail)
  stated(event.capacity, state.terms.capacity - places, fail)
  for (const seat of seats) state.seatStatus[seat] = seatWithdrawn
  state.freeSeats.take(seats)
  for (const { area, quantity } of areas) state.areaCapacity[area]! -= quantity
  state.terms = { ...state.terms, capacity: event.capacity }
}

export function add(state: ShowState, event: PlacesAdded, fail: Fail): void {
  const { seats, areas, places } = placesOf(state, event, seatWithdrawn, () => Number.POSITIVE_INFINITY, fail)
  stated(event.capacity, state.terms.capacity + places, fail)
  for (const seat of seats) state.seatStatus[seat] = seatFree
  state.freeSeats.give(seats)
  for (const { area, quantity } of areas) state.areaCapacity[area]! += quantity
  state.terms = { ...state.terms, capacity: event.capacity }
}

/** Every seat gets another number: all that is kept by seat number is made anew. */
export function changePlan(state: ShowState, event: PlanChanged, known: PlanIndex | null, fail: Fail): void {
  const { planHash, capacity, previousPlanHash } = event
  const plan = known ?? fail(`the plan ${planHash} is not at hand`)
  if (previousPlanHash !== state.terms.planHash) fail(`the plan was ${state.terms.planHash}`)
  const lacking = lackingPlaces(state, plan)
  if (lacking.length > 0) fail(`the new plan lacks what is taken of ${lacking.slice(0, 10).join(', ')}`)
  const withdrawn = withdrawnIn(state, plan)
  stated(capacity, plan.capacity - withdrawn.length, fail)

  const before = state.plan
  const areaHeld = new Uint32Array(plan.areaIds.length)
  const areaSold = new Uint32Array(plan.areaIds.length)
  const seatStatus = new Uint8Array(plan.seatCount)
  const seatOwner = new Int32Array(plan.seatCount).fill(nobody)
  for (const seat of withdrawn) seatStatus[seat] = seatWithdrawn
  state.reservations.renumber(plan.seatCount, (reservation) => {
    const { seats, areas } = moved(reservation, before, plan)
    for (const seat of seats) {
      seatStatus[seat] = reservation.status === 'held' ? seatHeld : seatSold
      seatOwner[seat] = reservation.slot
    }
    const areaTaken = reservation.status === 'held' ? areaHeld : areaSold
    for (const { area, quantity } of areas) areaTaken[area]! += quantity
    return { seats, areas }
  })
  const freeSeats = new FreeSeats(plan)
  freeSeats.give([...seatStatus.keys()].filter((seat) => seatStatus[seat] === seatFree))
  const terms = { ...state.terms, planHash, capacity }
  const areaCapacity = plan.areaCapacity.slice()
  const prices = pricesOn(plan, terms)
  Object.assign(state, { terms, plan, prices, seatStatus, seatOwner, freeSeats, areaCapacity, areaHeld, areaSold })
}

function moved({ seats, areas }: Reservation, from: PlanIndex, to: PlanIndex) {
  return {
    seats: seats.map((seat) => to.seats.get(from.seatIds[seat]!)!),
    areas: areas.map(({ area, quantity }) => ({ area: to.areas.get(from.areaIds[area]!)!, quantity })),
  }
}

function placesOf(
  state: ShowState,
  event: Pick<PlacesAdded, 'seats' | 'areas'>,
  status: number,
  most: (area: number) => number,
  fail: Fail,
): { seats: Set<number>; areas: AreaShare[]; places: number } {
  const seats = new Set<number>()
  for (const seat of event.seats) {
    const number = state.plan.seats.get(seat) ?? fail(`the plan has no seat ${seat}`)
    if (state.seatStatus[number] !== status) fail(`seat ${seat} has status ${state.seatStatus[number]}, not ${status}`)
    if (seats.has(number)) fail(`seat ${seat} is named twice`)
    seats.add(number)
  }
  const areas = areaShares(state, event.areas, most, fail)
  return { seats, areas, places: areas.reduce((sum, { quantity }) => sum + quantity, seats.size) }
}

function stated(capacity: number, counted: number, fail: Fail): void {
  if (capacity !== counted) fail(`capacity ${capacity}, but ${counted} places are left`)
}

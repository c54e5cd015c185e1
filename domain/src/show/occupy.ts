import type { AreaQuantity } from './commands.js'
import type { HeldArea, HeldSeat } from './events.js'
import type { Fail } from './evolve.js'
import type { AreaShare, Places, Reservation } from './reservation.js'
import { areaPlacesLeft, nobody, type ShowState, seatFree, seatHeld, seatSold, seatWithdrawn } from './state.js'

/**
 * The places of an event as numbers, once all of them can be held and cost what the event says. What `instead` has may be
 * held again.
 */
export function placesToHold(
  state: ShowState,
  event: { reservationId: string; seats: HeldSeat[]; areas: HeldArea[]; totalMinor: number },
  instead: Reservation | null,
  fail: Fail,
): Places {
  const { plan } = state
  const seats: number[] = []
  let total = 0
  for (const { seat, priceMinor } of event.seats) {
    const number = plan.seats.get(seat) ?? fail(`the plan has no seat ${seat}`)
    if (state.seatStatus[number] !== seatFree && state.seatOwner[number] !== instead?.slot)
      fail(`seat ${seat} is ${ownerOf(state, number)}`)
    if (seats.includes(number)) fail(`seat ${seat} is named twice`)
    seats.push(number)
    total += priceMinor
  }
  const own = new Map(instead?.areas.map(({ area, quantity }) => [area, quantity]))
  const areas = areaShares(state, event.areas, (area) => areaPlacesLeft(state, area) + (own.get(area) ?? 0), fail)
  for (const { quantity, priceMinor } of event.areas) total += quantity * priceMinor
  const places = areas.reduce((sum, { quantity }) => sum + quantity, seats.length)
  if (places === 0) fail(`${event.reservationId} holds nothing`)
  if (total !== event.totalMinor) fail(`${event.reservationId} costs ${event.totalMinor}, its places ${total}`)
  return { seats, areas, places }
}

/** The areas of an event as numbers, once each is named once and has so many places. */
export function areaShares(
  { plan }: ShowState,
  areas: readonly AreaQuantity[],
  most: (area: number) => number,
  fail: Fail,
): AreaShare[] {
  const shares: AreaShare[] = []
  for (const { area: id, quantity } of areas) {
    const area = plan.areas.get(id) ?? fail(`the plan has no area ${id}`)
    if (!Number.isInteger(quantity) || quantity < 1) fail(`${quantity} places in area ${id}`)
    if (shares.some((other) => other.area === area)) fail(`area ${id} is named twice`)
    if (quantity > most(area)) fail(`${quantity} places in area ${id}, which has ${most(area)} left`)
    shares.push({ area, quantity })
  }
  return shares
}

/** The places of a hold become held. */
export function occupy(state: ShowState, slot: number, places: Places): void {
  assign(state, slot, places)
  state.freeSeats.take(places.seats)
}

/** As occupy, but for `freeSeats`, which is then to be told. */
export function assign(state: ShowState, slot: number, { seats, areas, places }: Places): void {
  for (const seat of seats) {
    state.seatStatus[seat] = seatHeld
    state.seatOwner[seat] = slot
  }
  for (const { area, quantity } of areas) state.areaHeld[area]! += quantity
  state.held += places
}

/** The places of a hold become sold. */
export function sell(state: ShowState, { seats, areas, places }: Places): void {
  for (const seat of seats) state.seatStatus[seat] = seatSold
  for (const { area, quantity } of areas) {
    state.areaHeld[area]! -= quantity
    state.areaSold[area]! += quantity
  }
  state.held -= places
  state.sold += places
}

/** The places of a reservation, held or confirmed as it is, become free. */
export function vacate(state: ShowState, { status, seats, areas, places }: Reservation): void {
  for (const seat of seats) {
    state.seatStatus[seat] = seatFree
    state.seatOwner[seat] = nobody
  }
  state.freeSeats.give(seats)
  const areaTaken = status === 'held' ? state.areaHeld : state.areaSold
  for (const { area, quantity } of areas) areaTaken[area]! -= quantity
  if (status === 'held') state.held -= places
  else state.sold -= places
}

function ownerOf(state: ShowState, seat: number): string {
  if (state.seatStatus[seat] === seatWithdrawn) return 'withdrawn'
  return `${state.reservations.at(state.seatOwner[seat]!)?.id ?? 'nobody'}'s`
}

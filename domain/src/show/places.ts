import type { PlanIndex } from '../venue/plan-index.js'
import { repeated } from './choice.js'
import type { ChangePlan, ShowCommand } from './commands.js'
import type { ShowEvent } from './events.js'
import { accepted, type Decision, rejected } from './rejections.js'
import { intMax, unpriced } from './schedule-show.js'
import { areaPlacesLeft, type ShowState, seatFree, seatWithdrawn } from './state.js'

/** So many details at most: an organizer may ask about a whole hall. */
const mostDetails = 100

/** Takes free places out of the sale, or puts places into it: all of those named or none. */
export function decideCapacity(
  state: ShowState,
  command: Extract<ShowCommand, { type: 'WithdrawPlaces' | 'AddPlaces' }>,
  now: number,
): Decision<ShowEvent> {
  const { plan, terms } = state
  const { seats, areas } = command.data
  if (seats.length + areas.length === 0) return rejected('nothing-to-hold')
  const wrong = [
    ...areas.filter(({ quantity }) => !Number.isInteger(quantity) || quantity < 1).map(({ area }) => area),
    ...repeated(seats),
    ...repeated(areas.map(({ area }) => area)),
  ]
  if (wrong.length > 0) return refused('nothing-to-hold', wrong)
  const unknownSeats = seats.filter((seat) => !plan.seats.has(seat))
  if (unknownSeats.length > 0) return refused('seat-not-found', unknownSeats)
  const unknownAreas = areas.filter(({ area }) => !plan.areas.has(area))
  if (unknownAreas.length > 0)
    return refused(
      'area-not-found',
      unknownAreas.map(({ area }) => area),
    )
  const { showId } = terms
  const places = areas.reduce((sum, { quantity }) => sum + quantity, seats.length)
  const statusOf = (seat: string) => state.seatStatus[plan.seats.get(seat)!]
  if (command.type === 'AddPlaces') {
    const forSale = seats.filter((seat) => statusOf(seat) !== seatWithdrawn)
    if (forSale.length > 0) return refused('places-not-withdrawn', forSale)
    const capacity = terms.capacity + places
    if (capacity > intMax) return rejected('capacity-exceeded')
    return accepted({ type: 'PlacesAdded', data: { showId, seats, areas, capacity, addedAt: now } })
  }
  const notFree = seats.filter((seat) => statusOf(seat) !== seatFree)
  const full = areas.flatMap(({ area, quantity }) => {
    const left = areaPlacesLeft(state, plan.areas.get(area)!)
    return quantity > left ? [area, `${left}`] : []
  })
  if (notFree.length + full.length > 0) return refused('places-not-free', [...notFree, ...full])
  const capacity = terms.capacity - places
  return accepted({ type: 'PlacesWithdrawn', data: { showId, seats, areas, capacity, withdrawnAt: now } })
}

/** The new plan must have all that is held or sold as it is: the seat in its category, the area with room for it. */
export function decideChangePlan(
  state: ShowState,
  { planHash }: ChangePlan,
  now: number,
  plan: PlanIndex | null,
): Decision<ShowEvent> {
  if (!plan) return rejected('plan-not-found', planHash)
  const mismatched = unpriced(state.terms.prices, plan)
  if (mismatched.length > 0) return rejected('prices-mismatch', ...mismatched)
  const lacking = lackingPlaces(state, plan)
  if (lacking.length > 0) return refused('plan-lacks-places', lacking)
  const { showId, planHash: previousPlanHash } = state.terms
  const capacity = plan.capacity - withdrawnIn(state, plan).length
  return accepted({ type: 'PlanChanged', data: { showId, previousPlanHash, planHash, capacity, changedAt: now } })
}

/** Seats and areas with something held or sold that a plan doesn't have, has in another category, or (areas) has too small. */
export function lackingPlaces({ plan, seatStatus, areaHeld, areaSold }: ShowState, next: PlanIndex): string[] {
  const lacking: string[] = []
  seatStatus.forEach((status, seat) => {
    if (status === seatFree || status === seatWithdrawn) return
    const there = next.seats.get(plan.seatIds[seat]!)
    const category = there === undefined ? undefined : next.categoryIds[next.seatCategory[there]!]
    if (category !== plan.categoryIds[plan.seatCategory[seat]!]) lacking.push(plan.seatIds[seat]!)
  })
  plan.areaIds.forEach((id, area) => {
    const taken = areaHeld[area]! + areaSold[area]!
    if (taken === 0) return
    const there = next.areas.get(id)
    const category = there === undefined ? undefined : next.categoryIds[next.areaCategory[there]!]
    if (category !== plan.categoryIds[plan.areaCategory[area]!] || next.areaCapacity[there!]! < taken) lacking.push(id)
  })
  return lacking
}

/** Seats of the next plan that are withdrawn now: they stay so. */
export function withdrawnIn({ plan, seatStatus }: ShowState, next: PlanIndex): number[] {
  const seats: number[] = []
  seatStatus.forEach((status, seat) => {
    const there = status === seatWithdrawn ? next.seats.get(plan.seatIds[seat]!) : undefined
    if (there !== undefined) seats.push(there)
  })
  return seats
}

function refused(reason: Parameters<typeof rejected>[0], details: string[]): ReturnType<typeof rejected> {
  return rejected(reason, ...details.slice(0, mostDetails))
}

import type { HoldSeats } from './commands.js'
import type { HeldArea, HeldSeat, ShowEvent } from './events.js'
import { accepted, type Decision, rejected } from './rejections.js'
import { areaPlacesLeft, placesOf, type ShowState, seatFree } from './state.js'

/**
 * All of the named places or none. A request that no state of the show could satisfy is told so before one that comes too
 * late. More places than the limit are refused before their names are looked at, so that a request can't cost more than
 * the limit allows, nor its answer name more places.
 */
export function decideHold(state: ShowState, command: HoldSeats, now: number): Decision<ShowEvent> {
  const { terms, plan } = state
  if (now < terms.salesFrom) return rejected('sales-not-open')
  if (now >= terms.salesUntil) return rejected('sales-closed')
  if (!command.reservationId.startsWith(`${terms.showId}.`)) return rejected('reservation-id-invalid')
  if (state.reservations.has(command.reservationId) || state.ended.get(command.reservationId)) {
    return rejected('reservation-exists')
  }

  let places = command.seats.length
  for (const { area, quantity } of command.areas) {
    if (!Number.isInteger(quantity) || quantity < 1) return rejected('nothing-to-hold', area)
    places += quantity
  }
  if (places === 0) return rejected('nothing-to-hold')
  const had = placesOf(state, command.customerId)
  if (places > terms.perCustomerLimit) return rejected('customer-limit', `${terms.perCustomerLimit}`, `${had}`)
  const twice = repeated(command.seats).concat(repeated(command.areas.map(({ area }) => area)))
  if (twice.length > 0) return rejected('nothing-to-hold', ...twice)

  const unknownSeats = command.seats.filter((seat) => !plan.seats.has(seat))
  if (unknownSeats.length > 0) return rejected('seat-not-found', ...unknownSeats)
  const unknownAreas = command.areas.filter(({ area }) => !plan.areas.has(area))
  if (unknownAreas.length > 0) return rejected('area-not-found', ...unknownAreas.map(({ area }) => area))
  if (had + places > terms.perCustomerLimit) return rejected('customer-limit', `${terms.perCustomerLimit}`, `${had}`)

  const taken = command.seats.filter((seat) => state.seatStatus[plan.seats.get(seat)!] !== seatFree)
  if (taken.length > 0) return rejected('seat-taken', ...taken)
  const full = command.areas.filter(({ area, quantity }) => quantity > areaPlacesLeft(state, plan.areas.get(area)!))
  if (full.length > 0) {
    return rejected(
      'area-full',
      ...full.flatMap(({ area }) => [area, `${areaPlacesLeft(state, plan.areas.get(area)!)}`]),
    )
  }

  let totalMinor = 0
  const seats: HeldSeat[] = command.seats.map((seat) => {
    const category = plan.seatCategory[plan.seats.get(seat)!]!
    const priceMinor = state.prices[category]!
    totalMinor += priceMinor
    return { seat, category: plan.categoryIds[category]!, priceMinor }
  })
  const areas: HeldArea[] = command.areas.map(({ area, quantity }) => {
    const category = plan.areaCategory[plan.areas.get(area)!]!
    const priceMinor = state.prices[category]!
    totalMinor += quantity * priceMinor
    return { area, quantity, category: plan.categoryIds[category]!, priceMinor }
  })
  return accepted({
    type: 'SeatsHeld',
    data: {
      showId: terms.showId,
      reservationId: command.reservationId,
      customerId: command.customerId,
      seats,
      areas,
      currency: terms.currency,
      totalMinor,
      heldAt: now,
      expiresAt: now + terms.holdMs,
      notes: [],
    },
  })
}

/** The ids that stand in the list more than once, each of them once. */
function repeated(ids: readonly string[]): string[] {
  if (ids.length < 2 || new Set(ids).size === ids.length) return []
  return [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))]
}

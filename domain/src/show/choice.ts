import { companionsAlone } from './best-accessible.js'
import { bestAvailable } from './best-available.js'
import type { Choice } from './commands.js'
import type { HeldArea, HeldSeat, Note } from './events.js'
import type { FreeSeats } from './free-seats.js'
import { withoutOrphans } from './orphan-rule.js'
import { orphansLeft } from './orphans.js'
import { rejected } from './rejections.js'
import type { Reservation } from './reservation.js'
import { areaPlacesLeft, placesOf, type ShowState, seatWithdrawn } from './state.js'

export interface Chosen {
  ok: true
  seats: HeldSeat[]
  areas: HeldArea[]
  totalMinor: number
  notes: Note[]
}

type Refused = ReturnType<typeof rejected>

/**
 * What a customer gets for a choice: all of it, or why not. `instead` is the hold that the choice is to replace: its places
 * count as free, and not for the limit. A request that no state of the show could satisfy is told so before one that comes
 * too late. More places than the limit are refused before their names are looked at, so that a request can't cost more
 * than the limit allows, nor its answer name more places.
 */
export function choose(
  state: ShowState,
  choice: Choice,
  customerId: string,
  instead: Reservation | null,
): Chosen | Refused {
  const { terms, plan } = state
  const best = choice.bestAvailable
  if (best) {
    const wrong = [
      ...(choice.seats.length > 0 ? ['seats'] : []),
      ...(best.together === 'required' || best.together === 'preferred' ? [] : ['together']),
    ]
    if (wrong.length > 0) return rejected('best-available-invalid', ...wrong)
    if (!isQuantity(best.quantity)) return rejected('nothing-to-hold')
  }
  let places = choice.seats.length + (best?.quantity ?? 0)
  for (const { area, quantity } of choice.areas) {
    if (!isQuantity(quantity)) return rejected('nothing-to-hold', area)
    places += quantity
  }
  if (places === 0) return rejected('nothing-to-hold')
  const had = placesOf(state, customerId) - (instead?.places ?? 0)
  const pastLimit = () => rejected('customer-limit', `${terms.perCustomerLimit}`, `${had}`)
  if (places > terms.perCustomerLimit) return pastLimit()
  const twice = repeated(choice.seats).concat(repeated(choice.areas.map(({ area }) => area)))
  if (twice.length > 0) return rejected('nothing-to-hold', ...twice)

  const unknownSeats = choice.seats.filter((seat) => !plan.seats.has(seat))
  if (unknownSeats.length > 0) return rejected('seat-not-found', ...unknownSeats)
  const unknownAreas = choice.areas.filter(({ area }) => !plan.areas.has(area))
  if (unknownAreas.length > 0) return rejected('area-not-found', ...unknownAreas.map(({ area }) => area))
  if (had + places > terms.perCustomerLimit) return pastLimit()

  const free = instead ? state.freeSeats.copy() : state.freeSeats
  if (instead) free.give(instead.seats)
  const seats = best ? bestAvailable(plan, free, best) : namedSeats(state, free, choice.seats)
  if (!seats.ok) return seats
  const full = choice.areas.flatMap(({ area, quantity }) => {
    const number = plan.areas.get(area)!
    const own = instead?.areas.find((one) => one.area === number)?.quantity ?? 0
    const left = areaPlacesLeft(state, number) + own
    return quantity > left ? [area, `${left}`] : []
  })
  if (full.length > 0) return rejected('area-full', ...full)
  return priced(state, seats, choice)
}

function namedSeats(
  state: ShowState,
  free: FreeSeats,
  names: readonly string[],
): { ok: true; seats: number[]; notes: Note[] } | Refused {
  const { plan, terms } = state
  const seats = names.map((name) => plan.seats.get(name)!)
  const named = (numbers: readonly number[]) => numbers.map((seat) => plan.seatIds[seat]!)
  const alone = companionsAlone(plan, seats)
  if (alone.length > 0) return rejected('companion-alone', ...named(alone))
  const withdrawn = seats.filter((seat) => state.seatStatus[seat] === seatWithdrawn)
  if (withdrawn.length > 0) return rejected('seat-withdrawn', ...named(withdrawn))
  const taken = seats.filter((seat) => !free.has(seat))
  if (taken.length > 0) return rejected('seat-taken', ...named(taken))
  if (terms.orphanRule === 'off' || orphansLeft(plan, free, seats).length === 0) return { ok: true, seats, notes: [] }
  const others = terms.orphanRule === 'refuse' ? withoutOrphans(plan, free, seats) : null
  if (others) return rejected('orphan-seat', ...named(others))
  return { ok: true, seats, notes: ['orphan-left'] }
}

function priced(state: ShowState, { seats, notes }: { seats: number[]; notes: Note[] }, { areas }: Choice): Chosen {
  const { plan, prices } = state
  let totalMinor = 0
  const heldSeats = seats.map((seat) => {
    const category = plan.seatCategory[seat]!
    const priceMinor = prices[category]!
    totalMinor += priceMinor
    return { seat: plan.seatIds[seat]!, category: plan.categoryIds[category]!, priceMinor }
  })
  const heldAreas = areas.map(({ area, quantity }) => {
    const category = plan.areaCategory[plan.areas.get(area)!]!
    const priceMinor = prices[category]!
    totalMinor += quantity * priceMinor
    return { area, quantity, category: plan.categoryIds[category]!, priceMinor }
  })
  return { ok: true, seats: heldSeats, areas: heldAreas, totalMinor, notes }
}

function isQuantity(value: number): boolean {
  return Number.isInteger(value) && value >= 1
}

/** The ids that stand in the list more than once, each of them once. */
export function repeated(ids: readonly string[]): string[] {
  if (ids.length < 2 || new Set(ids).size === ids.length) return []
  return [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))]
}

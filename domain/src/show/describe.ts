import { namesOf, nobody, type ShowState } from './state.js'

/**
 * All of a show's state as plain data in one canonical order: two states are equal where their JSON is. For tests, digests and
 * comparisons of folds; costs as much as the show is large.
 */
export function describeShow(state: ShowState) {
  const { plan } = state
  return {
    terms: state.terms,
    paused: state.paused,
    cancelled: state.cancelled,
    held: state.held,
    sold: state.sold,
    prices: [...state.prices],
    seatStatus: state.seatStatus.join(''),
    seatOwners: [...state.seatOwner]
      .map((slot, seat) => [plan.seatIds[seat]!, slot] as const)
      .filter(([, slot]) => slot !== nobody)
      .map(([seat, slot]) => [seat, state.reservations.at(slot)?.id ?? null] as const),
    freeSeats: [...state.freeSeats.words].map((word) => word.toString(16)).join(' '),
    areas: plan.areaIds.map((area, at) => ({
      area,
      capacity: state.areaCapacity[at]!,
      held: state.areaHeld[at]!,
      sold: state.areaSold[at]!,
    })),
    customers: state.reservations.customerPlaces().sort(byFirst),
    reservations: [...state.reservations.values()]
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map((reservation) => ({
        id: reservation.id,
        customerId: reservation.customerId,
        status: reservation.status,
        heldAt: reservation.heldAt,
        expiresAt: reservation.expiresAt,
        extended: reservation.extended,
        ...namesOf(plan, reservation),
        places: reservation.places,
        totalMinor: reservation.totalMinor,
      })),
    holds: state.reservations.due(Number.POSITIVE_INFINITY, state.reservations.held).map(({ id }) => id),
    admission: { required: state.admission.required, redeemed: [...state.admission.redeemed] },
    ended: [...state.ended.entries()].map(([id, { customerId, ending }]) => ({ id, customerId, ending })),
  }
}

export type ShowDescription = ReturnType<typeof describeShow>

function byFirst([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}

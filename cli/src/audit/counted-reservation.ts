import type { Held, OfReservation } from './show-events.js'

export type ReservationStatus = 'held' | 'confirmed' | 'released' | 'expired' | 'cancelled'

export interface CountedReservation {
  customerId: string
  seats: string[]
  areas: Map<string, number>
  places: number
  currency: string
  totalMinor: number
  /** UTC ms. */
  heldAt: number
  expiresAt: number
  extended: boolean
  status: ReservationStatus
}

/** What SeatsHeld and SeatsChanged say of the places. */
export type HeldPlaces = Pick<Held, 'reservationId' | 'seats' | 'areas' | 'currency' | 'totalMinor'>

export function placesHeld({ seats, areas, currency, totalMinor }: HeldPlaces) {
  const sums = summed(areas)
  const places = seats.length + [...sums.values()].reduce((sum, n) => sum + n, 0)
  return { seats: seats.map(({ seat }) => seat), areas: sums, places, currency, totalMinor }
}

/** Whether an event names the customer and all the places of the reservation, in any order. */
export function samePlaces(
  reservation: CountedReservation,
  { customerId, seats, areas }: Pick<OfReservation, 'customerId' | 'seats' | 'areas'>,
): boolean {
  return (
    customerId === reservation.customerId &&
    [...seats].sort().join('\n') === [...reservation.seats].sort().join('\n') &&
    [...summed(areas)].sort().join('\n') === [...reservation.areas].sort().join('\n')
  )
}

function summed(areas: { area: string; quantity: number }[]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { area, quantity } of areas) sums.set(area, (sums.get(area) ?? 0) + quantity)
  return sums
}

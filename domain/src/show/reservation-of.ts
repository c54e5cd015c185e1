import { rejected } from './rejections.js'
import type { Reservation } from './reservation.js'
import type { ShowState } from './state.js'

type Refused = ReturnType<typeof rejected>

/** A hold of this customer that has not run out; or why there is none. */
export function liveHold(
  state: ShowState,
  { reservationId, customerId }: { reservationId: string; customerId: string },
  now: number,
): { ok: true; reservation: Reservation } | Refused {
  const found = liveReservation(state, reservationId, customerId, now)
  return found.ok && found.reservation.status === 'confirmed' ? rejected('already-confirmed') : found
}

/** A reservation that is held and has not run out, or is confirmed; or why there is none. A null customer may know about anyone's. */
export function liveReservation(
  state: ShowState,
  reservationId: string,
  customerId: string | null,
  now: number,
): { ok: true; reservation: Reservation } | Refused {
  const reservation = state.reservations.get(reservationId)
  if (!reservation) return gone(state, reservationId, customerId)
  if (customerId !== null && reservation.customerId !== customerId) return rejected('reservation-not-found')
  // What is left of a cancelled show's reservations is about to be cancelled.
  if (state.cancelled) return rejected('show-cancelled')
  return hasRunOut(reservation, now) ? rejected('hold-expired') : { ok: true, reservation }
}

function gone(state: ShowState, reservationId: string, customerId: string | null): Refused {
  const ended = state.ended.get(reservationId)
  if (!ended || (customerId !== null && ended.customerId !== customerId)) return rejected('reservation-not-found')
  switch (ended.ending) {
    case 'released':
      return rejected('already-released')
    case 'expired':
      return rejected('hold-expired')
    case 'cancelled':
      return rejected('already-cancelled')
  }
}

/** A hold ends at expiresAt, exclusive, whether or not its HoldExpired has come. */
function hasRunOut(reservation: Reservation, now: number): boolean {
  return reservation.status === 'held' && now >= reservation.expiresAt
}

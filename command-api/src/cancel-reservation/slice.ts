import { hasRole } from '@onsale/platform/auth'
import { recordName } from '@onsale/schemas'
import { isoTime } from '../http/outcome.js'
import { reservationSlice } from '../slice/reservation-slice.js'
import { cancelReservationRequest, cancelReservationResponse } from './request.js'

export const cancelReservation = reservationSlice({
  command: recordName.CancelReservation,
  accepting: recordName.ReservationCancelled,
  path: 'cancel',
  request: cancelReservationRequest,
  response: cancelReservationResponse,
  data: ({ reason }, caller) => ({
    customerId: hasRole(caller, 'organizer', 'admin') ? null : caller.id,
    reason,
  }),
  body: (event) => ({
    status: 'cancelled' as const,
    wasConfirmed: event.wasConfirmed,
    reason: event.reason,
    cancelledAt: isoTime(event.cancelledAt),
  }),
  summary: 'Cancel a reservation',
  description:
    'Undoes a hold or a sale and frees its places: the caller’s own, or any for the roles organizer and admin. Refused: `reservation-not-found` 404 (also someone else’s); `already-cancelled`, `already-released`, `hold-expired` 409.',
  done: 'Cancelled',
})

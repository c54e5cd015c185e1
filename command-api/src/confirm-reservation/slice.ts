import { recordName } from '@onsale/schemas'
import { isoTime } from '../http/outcome.js'
import { reservationSlice } from '../slice/reservation-slice.js'
import { confirmReservationRequest, confirmReservationResponse } from './request.js'

export const confirmReservation = reservationSlice({
  command: recordName.ConfirmReservation,
  accepting: recordName.ReservationConfirmed,
  path: 'confirm',
  request: confirmReservationRequest,
  response: confirmReservationResponse,
  roles: ['box-office', 'admin'],
  data: () => ({ confirmedBy: 'box-office' }),
  body: (event) => ({
    status: 'confirmed' as const,
    confirmedBy: event.confirmedBy,
    currency: event.currency,
    totalMinor: event.totalMinor,
    confirmedAt: isoTime(event.confirmedAt),
  }),
  summary: 'Confirm a reservation',
  description:
    'The box office vouches for the money: the hold becomes a sale. For the roles box-office and admin. Refused: `reservation-not-found` 404; `already-confirmed`, `already-cancelled`, `already-released`, `hold-expired` 409.',
  done: 'Confirmed',
})

import { recordName } from '@onsale/schemas'
import { choiceOf, refusalsOfChoice } from '../http/choice.js'
import { isoTime } from '../http/outcome.js'
import { reservationSlice } from '../slice/reservation-slice.js'
import { changeSeatsRequest, changeSeatsResponse } from './request.js'

export const changeSeats = reservationSlice({
  command: recordName.ChangeSeats,
  accepting: recordName.SeatsChanged,
  path: 'change',
  request: changeSeatsRequest,
  response: changeSeatsResponse,
  data: (request, { id }) => ({ customerId: id, ...choiceOf(request) }),
  body: (event) => ({
    status: 'held' as const,
    seats: event.seats,
    areas: event.areas,
    currency: event.currency,
    totalMinor: event.totalMinor,
    expiresAt: isoTime(event.expiresAt),
    notes: event.notes,
    changedAt: isoTime(event.changedAt),
  }),
  summary: 'Change the places of a hold',
  description:
    'Gives back all that the caller’s own hold has, and holds what is asked for instead, as reserve would: both or neither. What it has counts as free for the choice; the hold ends when it would have. ' +
    'Refused: `reservation-not-found` 404 (also someone else’s); `already-confirmed`, `already-released`, `already-cancelled`, `hold-expired` 409; ' +
    `${refusalsOfChoice}.`,
  done: 'Changed',
})

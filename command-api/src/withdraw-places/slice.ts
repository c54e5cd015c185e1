import { recordName } from '@onsale/schemas'
import { isoTime } from '../http/outcome.js'
import { showSlice } from '../slice/show-slice.js'
import { withdrawPlacesRequest, withdrawPlacesResponse } from './request.js'

export const withdrawPlaces = showSlice({
  command: recordName.WithdrawPlaces,
  accepting: recordName.PlacesWithdrawn,
  path: 'withdraw',
  operationId: 'withdraw',
  request: withdrawPlacesRequest,
  response: withdrawPlacesResponse,
  body: ({ seats, areas, capacity, withdrawnAt }) => ({
    seats,
    areas,
    capacity,
    withdrawnAt: isoTime(withdrawnAt),
  }),
  summary: 'Take places out of the sale',
  description:
    'Takes free seats and free places in areas out of the sale, all of them or none. For the roles organizer and admin. Refused: `show-not-found` 404; `seat-not-found`, `area-not-found`, `nothing-to-hold` 422; `places-not-free` (details: which, and what is left in areas), `show-cancelled` 409.',
  done: 'Withdrawn',
})

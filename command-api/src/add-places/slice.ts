import { recordName } from '@onsale/schemas'
import { isoTime } from '../http/outcome.js'
import { showSlice } from '../slice/show-slice.js'
import { addPlacesRequest, addPlacesResponse } from './request.js'

export const addPlaces = showSlice({
  command: recordName.AddPlaces,
  accepting: recordName.PlacesAdded,
  path: 'add-places',
  operationId: 'addPlaces',
  request: addPlacesRequest,
  response: addPlacesResponse,
  body: ({ seats, areas, capacity, addedAt }) => ({
    seats,
    areas,
    capacity,
    addedAt: isoTime(addedAt),
  }),
  summary: 'Put places on sale',
  description:
    'Puts withdrawn seats back on sale, and more places into areas, which may grow past the plan. For the roles organizer and admin. Refused: `show-not-found` 404; `seat-not-found`, `area-not-found`, `nothing-to-hold`, `capacity-exceeded` 422; `places-not-withdrawn` (details: the seats that are for sale already), `show-cancelled` 409.',
  done: 'Added',
})

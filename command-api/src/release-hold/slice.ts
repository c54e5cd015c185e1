import { recordName } from '@onsale/schemas'
import { isoTime } from '../http/outcome.js'
import { reservationSlice } from '../slice/reservation-slice.js'
import { releaseHoldRequest, releaseHoldResponse } from './request.js'

export const releaseHold = reservationSlice({
  command: recordName.ReleaseHold,
  accepting: recordName.HoldReleased,
  path: 'release',
  request: releaseHoldRequest,
  response: releaseHoldResponse,
  data: (_, { id }) => ({ customerId: id }),
  body: (event) => ({
    status: 'released' as const,
    releasedAt: isoTime(event.releasedAt),
  }),
  summary: 'Let a hold go',
  description:
    'Frees the places of the caller’s own hold. Refused: `reservation-not-found` 404 (also someone else’s); `already-confirmed`, `already-released`, `already-cancelled`, `hold-expired` 409.',
  done: 'Released',
})

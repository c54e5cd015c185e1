import { recordName } from '@onsale/schemas'
import { isoTime } from '../http/outcome.js'
import { reservationSlice } from '../slice/reservation-slice.js'
import { extendHoldRequest, extendHoldResponse } from './request.js'

export const extendHold = reservationSlice({
  command: recordName.ExtendHold,
  accepting: recordName.HoldExtended,
  path: 'extend',
  request: extendHoldRequest,
  response: extendHoldResponse,
  data: (_, { id }) => ({ customerId: id }),
  body: (event) => ({
    status: 'held' as const,
    expiresAt: isoTime(event.expiresAt),
    extendedAt: isoTime(event.extendedAt),
  }),
  summary: 'Extend a hold',
  description:
    'Lengthens the caller’s own hold by the show’s hold length, once; never past the end of sales, nor past an hour after it began. Refused: `reservation-not-found` 404 (also someone else’s); `already-extended`, `extension-limit`, `sales-closed`, `already-confirmed`, `already-released`, `already-cancelled`, `hold-expired` 409.',
  done: 'Extended',
})

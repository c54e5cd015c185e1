import { recordName } from '@onsale/schemas'
import { isoTime } from '../http/outcome.js'
import { showSlice } from '../slice/show-slice.js'
import { cancelShowRequest, cancelShowResponse } from './request.js'

export const cancelShow = showSlice({
  command: recordName.CancelShow,
  accepting: recordName.ShowCancelled,
  path: 'cancel',
  operationId: 'cancelShow',
  request: cancelShowRequest,
  response: cancelShowResponse,
  body: ({ reason, reservations, cancelledAt }) => ({
    reason,
    reservations,
    cancelledAt: isoTime(cancelledAt),
  }),
  summary: 'Cancel a show',
  description:
    'Ends the sale for good. Every reservation, held or sold, is then cancelled with the reason `show-cancelled`; `reservations` says how many. For the roles organizer and admin. Refused: `show-not-found` 404; `show-cancelled` 409.',
  done: 'Cancelled',
})

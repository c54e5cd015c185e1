import { recordName } from '@onsale/schemas'
import { isoTime } from '../http/outcome.js'
import { showSlice } from '../slice/show-slice.js'
import { rescheduleShowRequest, rescheduleShowResponse } from './request.js'

export const rescheduleShow = showSlice({
  command: recordName.RescheduleShow,
  accepting: recordName.ShowRescheduled,
  path: 'reschedule',
  operationId: 'reschedule',
  request: rescheduleShowRequest,
  response: rescheduleShowResponse,
  body: (event) => ({
    salesFrom: isoTime(event.salesFrom),
    salesUntil: isoTime(event.salesUntil),
    startsAt: isoTime(event.startsAt),
    rescheduledAt: isoTime(event.rescheduledAt),
  }),
  summary: 'Move a show',
  description:
    'Gives a show another sales window and another curtain, all three of them. Holds end when they would have. For the roles organizer and admin. Refused: `show-not-found` 404; `sales-window-invalid`, `terms-invalid` 422; `show-cancelled` 409.',
  done: 'Rescheduled',
})

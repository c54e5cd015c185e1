import { recordName } from '@onsale/schemas'
import { isoTime } from '../http/outcome.js'
import { showSlice } from '../slice/show-slice.js'
import { pauseSalesRequest, pauseSalesResponse } from './request.js'

export const pauseSales = showSlice({
  command: recordName.PauseSales,
  accepting: recordName.SalesPaused,
  path: 'pause',
  operationId: 'pause',
  request: pauseSalesRequest,
  response: pauseSalesResponse,
  body: ({ reason, pausedAt }) => ({
    reason,
    pausedAt: isoTime(pausedAt),
  }),
  summary: 'Pause the sale of a show',
  description:
    'Refuses every further hold until the sale is resumed. What is held can still be paid for, extended and let go. For the roles organizer and admin. Refused: `show-not-found` 404; `sales-already-paused`, `show-cancelled` 409.',
  done: 'Paused',
})

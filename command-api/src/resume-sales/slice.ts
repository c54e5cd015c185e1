import { recordName } from '@onsale/schemas'
import { isoTime } from '../http/outcome.js'
import { showSlice } from '../slice/show-slice.js'
import { resumeSalesRequest, resumeSalesResponse } from './request.js'

export const resumeSales = showSlice({
  command: recordName.ResumeSales,
  accepting: recordName.SalesResumed,
  path: 'resume',
  operationId: 'resume',
  request: resumeSalesRequest,
  response: resumeSalesResponse,
  body: ({ resumedAt }) => ({
    resumedAt: isoTime(resumedAt),
  }),
  summary: 'Resume the sale of a show',
  description:
    'Undoes a pause. For the roles organizer and admin. Refused: `show-not-found` 404; `sales-not-paused`, `show-cancelled` 409.',
  done: 'Resumed',
})

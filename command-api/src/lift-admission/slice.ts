import { recordName } from '@onsale/schemas'
import { z } from 'zod'
import { positionField } from '../http/fields.js'
import { isoTime } from '../http/outcome.js'
import { showSlice } from '../slice/show-slice.js'

export const liftAdmission = showSlice({
  command: recordName.LiftAdmission,
  accepting: recordName.AdmissionLifted,
  path: 'lift-admission',
  operationId: 'liftAdmission',
  request: z.strictObject({}),
  response: z.object({ showId: z.string(), liftedAt: z.iso.datetime(), position: positionField }),
  body: ({ liftedAt }) => ({ liftedAt: isoTime(liftedAt) }),
  summary: 'Sell without the waiting room',
  description:
    'Holds take no admission any more. For the roles organizer and admin. Refused: `show-not-found` 404; `admission-not-required`, `show-cancelled` 409.',
  done: 'Lifted',
})

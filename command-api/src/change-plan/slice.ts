import { recordName } from '@onsale/schemas'
import { isoTime } from '../http/outcome.js'
import { showSlice } from '../slice/show-slice.js'
import { changePlanRequest, changePlanResponse } from './request.js'

export const changePlan = showSlice({
  command: recordName.ChangePlan,
  accepting: recordName.PlanChanged,
  path: 'change-plan',
  operationId: 'changePlan',
  request: changePlanRequest,
  response: changePlanResponse,
  body: ({ previousPlanHash, planHash, capacity, changedAt }) => ({
    previousPlanHash,
    planHash,
    capacity,
    changedAt: isoTime(changedAt),
  }),
  summary: 'Put a show on another seating plan',
  description:
    'The new plan has every seat that is held or sold, in the same category, and room in its areas for what is taken there. A seat of both plans stays as it is; areas get the places of the new plan. For the roles organizer and admin. Refused: `show-not-found`, `plan-not-found` 404; `prices-mismatch` 422; `plan-lacks-places` (details: which), `show-cancelled` 409.',
  done: 'Changed',
})

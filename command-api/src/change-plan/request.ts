import { z } from 'zod'
import { planHashField, positionField } from '../http/fields.js'

export const changePlanRequest = z.strictObject({ planHash: planHashField })

export const changePlanResponse = z.object({
  showId: z.string(),
  previousPlanHash: z.string(),
  planHash: z.string(),
  capacity: z.int().describe('Places of the show from now on'),
  changedAt: z.iso.datetime(),
  position: positionField,
})

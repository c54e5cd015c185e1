import { z } from 'zod'
import { positionField } from '../http/fields.js'

export const resumeSalesRequest = z.strictObject({})

export const resumeSalesResponse = z.object({
  showId: z.string(),
  resumedAt: z.iso.datetime(),
  position: positionField,
})

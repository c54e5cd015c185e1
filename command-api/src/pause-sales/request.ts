import { z } from 'zod'
import { positionField, reasonField } from '../http/fields.js'

export const pauseSalesRequest = z.strictObject({ reason: reasonField('technical') })

export const pauseSalesResponse = z.object({
  showId: z.string(),
  reason: z.string(),
  pausedAt: z.iso.datetime(),
  position: positionField,
})

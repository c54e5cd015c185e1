import { z } from 'zod'
import { positionField, reasonField } from '../http/fields.js'

export const cancelShowRequest = z.strictObject({ reason: reasonField('artist-ill') })

export const cancelShowResponse = z.object({
  showId: z.string(),
  reason: z.string(),
  reservations: z.int().describe('So many reservations are cancelled now'),
  cancelledAt: z.iso.datetime(),
  position: positionField,
})

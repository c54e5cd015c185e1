import { z } from 'zod'
import { positionField, reasonField } from '../http/fields.js'

export const cancelShowRequest = z.strictObject({ reason: reasonField('artist-ill') })
export type CancelShowRequest = z.output<typeof cancelShowRequest>

export const cancelShowResponse = z.object({
  showId: z.string(),
  reason: z.string(),
  reservations: z.int().describe('So many reservations are cancelled now'),
  cancelledAt: z.iso.datetime(),
  position: positionField,
})
export type CancelShowBody = Omit<z.output<typeof cancelShowResponse>, 'position'>

import { z } from 'zod'
import { positionField, reservationIdField } from '../http/fields.js'

export const extendHoldRequest = z.strictObject({ reservationId: reservationIdField })

export const extendHoldResponse = z.object({
  reservationId: z.string(),
  showId: z.string(),
  status: z.literal('held'),
  expiresAt: z.iso.datetime().describe('The hold ends here now, exclusive'),
  extendedAt: z.iso.datetime(),
  position: positionField,
})

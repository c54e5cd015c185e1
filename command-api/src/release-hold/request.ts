import { z } from 'zod'
import { positionField, reservationIdField } from '../http/fields.js'

export const releaseHoldRequest = z.strictObject({ reservationId: reservationIdField })

export const releaseHoldResponse = z.object({
  reservationId: z.string(),
  showId: z.string(),
  status: z.literal('released'),
  releasedAt: z.iso.datetime(),
  position: positionField,
})

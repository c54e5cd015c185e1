import { z } from 'zod'
import { positionField, reasonField, reservationIdField } from '../http/fields.js'

export const cancelReservationRequest = z.strictObject({
  reservationId: reservationIdField,
  reason: reasonField('show-moved'),
})

export const cancelReservationResponse = z.object({
  reservationId: z.string(),
  showId: z.string(),
  status: z.literal('cancelled'),
  wasConfirmed: z.boolean().describe('True where a sale was undone'),
  reason: z.string(),
  cancelledAt: z.iso.datetime(),
  position: positionField,
})

import { z } from 'zod'
import { positionField, reservationIdField } from '../http/fields.js'

export const cancelReservationRequest = z.strictObject({
  reservationId: reservationIdField,
  /** It goes into the log, so it is a code, never free text. */
  reason: z
    .string()
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'code')
    .max(64)
    .default('requested')
    .describe('Why, as a code such as show-moved'),
})
export type CancelReservationRequest = z.output<typeof cancelReservationRequest>

export const cancelReservationResponse = z.object({
  reservationId: z.string(),
  showId: z.string(),
  status: z.literal('cancelled'),
  wasConfirmed: z.boolean().describe('True where a sale was undone'),
  reason: z.string(),
  cancelledAt: z.iso.datetime(),
  position: positionField,
})
export type CancelReservationBody = Omit<z.output<typeof cancelReservationResponse>, 'position'>

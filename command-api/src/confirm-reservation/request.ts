import { z } from 'zod'
import { positionField, reservationIdField } from '../http/fields.js'

export const confirmReservationRequest = z.strictObject({ reservationId: reservationIdField })

export const confirmReservationResponse = z.object({
  reservationId: z.string(),
  showId: z.string(),
  status: z.literal('confirmed'),
  confirmedBy: z.string(),
  currency: z.string().describe('ISO 4217'),
  totalMinor: z.int().describe('In minor units of the currency'),
  confirmedAt: z.iso.datetime(),
  position: positionField,
})

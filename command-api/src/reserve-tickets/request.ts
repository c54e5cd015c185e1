import { z } from 'zod'
import { choiceFields, choosesOneWay, heldFields, notWithSeats } from '../http/choice.js'
import { positionField, showIdField } from '../http/fields.js'

const admissionField = z
  .string()
  .min(1)
  .max(256)
  .optional()
  .describe('Of a show with a waiting room: the token of the admission')

export const reserveTicketsRequest = z
  .strictObject({ showId: showIdField, ...choiceFields, admission: admissionField })
  .refine(choosesOneWay, notWithSeats)
export type ReserveTicketsRequest = z.output<typeof reserveTicketsRequest>

export const reserveTicketsResponse = z.object({
  reservationId: z.string(),
  showId: z.string(),
  status: z.literal('held'),
  ...heldFields,
  heldAt: z.iso.datetime(),
  position: positionField,
})
export type ReserveTicketsBody = Omit<z.output<typeof reserveTicketsResponse>, 'position'>

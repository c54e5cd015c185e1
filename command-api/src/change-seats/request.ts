import { z } from 'zod'
import { choiceFields, choosesOneWay, heldFields, notWithSeats } from '../http/choice.js'
import { positionField, reservationIdField } from '../http/fields.js'

export const changeSeatsRequest = z
  .strictObject({ reservationId: reservationIdField, ...choiceFields })
  .refine(choosesOneWay, notWithSeats)

export const changeSeatsResponse = z.object({
  reservationId: z.string(),
  showId: z.string(),
  status: z.literal('held'),
  ...heldFields,
  changedAt: z.iso.datetime(),
  position: positionField,
})

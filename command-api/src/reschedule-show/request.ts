import { z } from 'zod'
import { instantField, positionField } from '../http/fields.js'

export const rescheduleShowRequest = z.strictObject({
  salesFrom: instantField.describe('Sales open, inclusive'),
  salesUntil: instantField.describe('Sales close, exclusive'),
  startsAt: instantField.describe('Curtain'),
})

export const rescheduleShowResponse = z.object({
  showId: z.string(),
  salesFrom: z.iso.datetime(),
  salesUntil: z.iso.datetime(),
  startsAt: z.iso.datetime(),
  rescheduledAt: z.iso.datetime(),
  position: positionField,
})

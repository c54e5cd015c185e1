import { z } from 'zod'
import { positionField } from '../http/fields.js'

export const resumeSalesRequest = z.strictObject({})
export type ResumeSalesRequest = z.output<typeof resumeSalesRequest>

export const resumeSalesResponse = z.object({
  showId: z.string(),
  resumedAt: z.iso.datetime(),
  position: positionField,
})
export type ResumeSalesBody = Omit<z.output<typeof resumeSalesResponse>, 'position'>

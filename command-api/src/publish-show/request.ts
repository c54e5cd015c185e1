import { z } from 'zod'
import { positionField } from '../http/fields.js'

export const publishShowRequest = z.strictObject({})

export const publishShowResponse = z.object({
  showId: z.string(),
  publishedAt: z.iso.datetime(),
  position: positionField,
})

import { z } from 'zod'
import { positionField } from '../http/fields.js'

export const publishShowRequest = z.strictObject({})
export type PublishShowRequest = z.output<typeof publishShowRequest>

export const publishShowResponse = z.object({
  showId: z.string(),
  publishedAt: z.iso.datetime(),
  position: positionField,
})
export type PublishShowBody = Omit<z.output<typeof publishShowResponse>, 'position'>

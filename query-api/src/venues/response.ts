import { z } from 'zod'
import { nextField } from '../http/page-cursor.js'

const fields = {
  planHash: z.string().describe('SHA-256 of the plan; shows refer to it'),
  name: z.string(),
  seats: z.int().describe('Named seats'),
  places: z.int().describe('Places in areas'),
}

export const venueResponse = z.object({
  ...fields,
  categories: z
    .array(z.object({ id: z.string(), name: z.string(), color: z.string(), places: z.int() }))
    .describe('Each needs a price where a show is scheduled; places: seats included'),
  sections: z.array(z.object({ id: z.string(), name: z.string(), seats: z.int() })),
  areas: z.array(z.object({ id: z.string(), name: z.string(), category: z.string(), capacity: z.int() })),
})
export const venueListResponse = z.object({ venues: z.array(z.object(fields)), next: nextField })

export type VenueBody = z.output<typeof venueResponse>
export type VenueListBody = z.output<typeof venueListResponse>

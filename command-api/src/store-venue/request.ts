import { z } from 'zod'

// The shape alone; what holds between the parts (unique ids, known categories, …) the domain's validatePlan says.
const name = z.string().min(1).max(200)
const id = z.string()

export const storeVenueRequest = z.strictObject({
  name,
  focalPoint: z.strictObject({ x: z.number(), y: z.number() }).describe('Where people look; units of the seats'),
  categories: z.array(z.strictObject({ id, name, color: z.string().describe('CSS hex colour') })).max(1_000),
  sections: z
    .array(
      z.strictObject({
        id,
        name: z.string().max(200),
        rows: z.array(
          z.strictObject({
            id,
            name: z.string().max(200),
            seats: z
              .array(
                z.strictObject({
                  id,
                  number: z.string().max(64),
                  category: id,
                  x: z.number(),
                  y: z.number(),
                  accessible: z
                    .enum(['wheelchair', 'companion'])
                    .optional()
                    .describe('A place for a wheelchair, or the seat beside one: never given to others by default'),
                }),
              )
              .describe('In the order in which people sit side by side'),
          }),
        ),
      }),
    )
    .default([]),
  areas: z
    .array(z.strictObject({ id, name: z.string().max(200), category: id, capacity: z.int().min(1) }))
    .default([])
    .describe('General-admission areas'),
})
export type StoreVenueRequest = z.output<typeof storeVenueRequest>

export const storeVenueResponse = z.object({
  planHash: z.string().describe('SHA-256 of the canonical plan; shows refer to it'),
  seats: z.int().describe('Named seats'),
  places: z.int().describe('Places in areas'),
})
export type StoreVenueBody = z.output<typeof storeVenueResponse>

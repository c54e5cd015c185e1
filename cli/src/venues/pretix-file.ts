import { z } from 'zod'

// The seating plan format of pretix (and of its plan editor), as far as it says who sits where. Fields that only say how
// to draw it are let through unread.

const text = z.string().min(1).max(200)
const coordinate = z.number().min(-1_000_000).max(1_000_000)
const position = z.object({ x: coordinate, y: coordinate })
const atOrigin = position.default({ x: 0, y: 0 })

const seat = z.object({
  seat_number: text,
  seat_guid: text,
  uuid: text.optional(),
  position,
  category: text,
})

const area = z.object({
  shape: z.string(),
  position: atOrigin,
  text: z.object({ text: z.string().max(1_000).default('') }).optional(),
  rectangle: z.object({ width: coordinate, height: coordinate }).optional(),
  circle: z.object({ radius: coordinate }).optional(),
  ellipse: z.object({ radius: position }).optional(),
  polygon: z.object({ points: z.array(position) }).optional(),
})

export const pretixFile = z.object({
  name: text,
  categories: z
    .array(z.object({ name: text, color: z.string().regex(/^#[0-9A-Fa-f]{6}$/, 'must be a colour like #F44336') }))
    .min(1)
    .max(1_000),
  zones: z
    .array(
      z.object({
        name: text,
        zone_id: text.optional(),
        position: atOrigin,
        rows: z.array(z.object({ row_number: text, position: atOrigin, seats: z.array(seat).max(10_000) })).max(10_000),
        areas: z.array(area).max(1_000).default([]),
      }),
    )
    .min(1)
    .max(1_000),
})

export type PretixFile = z.infer<typeof pretixFile>
export type PretixArea = z.infer<typeof area>
export type PretixSeat = z.infer<typeof seat>
export interface Point {
  x: number
  y: number
}

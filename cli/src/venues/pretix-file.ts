import { z } from 'zod'
import { listOf } from './list-of.js'

// The seating plan format of pretix, as its published schema accepts and refuses it: the same fields, required and optional,
// and no others. Two differences. Sizes and radii may be fractions: its own editor writes them. Texts and coordinates are
// bounded, so that a plan stays one that can be stored and drawn.

const text = z.string().max(200)
const uuid = text.optional()
const coordinate = z.number().min(-1_000_000).max(1_000_000)
const position = z.strictObject({ x: coordinate, y: coordinate })
const colour = text.optional()

const seat = z.strictObject({
  seat_guid: text,
  seat_number: text,
  uuid,
  start_direction: text.nullable().optional(),
  radius: coordinate.optional(),
  position,
  category: text,
})

const row = z.strictObject({
  row_number: text,
  row_label: text.nullable().optional(),
  seat_label: text.nullable().optional(),
  uuid,
  seats: listOf(seat),
  row_number_position: z.enum(['start', 'end', 'both']).nullable().optional(),
  position: position.optional(),
})

const area = z.strictObject({
  color: colour,
  border_color: colour,
  rotation: z.number().optional(),
  position: position.optional(),
  uuid,
  shape: z.enum(['polygon', 'rectangle', 'ellipse', 'circle', 'text']).optional(),
  polygon: z.strictObject({ points: listOf(position) }).optional(),
  rectangle: z.strictObject({ width: coordinate, height: coordinate }).optional(),
  ellipse: z.strictObject({ radius: position }).optional(),
  circle: z.strictObject({ radius: coordinate }).optional(),
  text: z
    .strictObject({ text: z.string().max(1_000), color: colour, size: coordinate.optional(), position })
    .optional(),
})

const zone = z.strictObject({
  name: text.optional(),
  zone_id: text.optional(),
  uuid,
  position,
  rows: listOf(row),
  areas: listOf(area).optional(),
})

export const pretixFile = z.strictObject({
  name: text,
  zones: listOf(zone, 1_000),
  categories: listOf(z.strictObject({ name: text, color: colour }), 1_000),
  size: z.strictObject({ width: coordinate, height: coordinate }),
})

export type PretixFile = z.infer<typeof pretixFile>
export type PretixArea = z.infer<typeof area>
export type PretixSeat = z.infer<typeof seat>
export interface Point {
  x: number
  y: number
}

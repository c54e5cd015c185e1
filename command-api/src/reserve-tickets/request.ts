import { z } from 'zod'
import { planIdField, positionField, showIdField } from '../http/fields.js'

const mostPlaces = 1_000

export const reserveTicketsRequest = z.strictObject({
  showId: showIdField,
  seats: z.array(planIdField).max(mostPlaces).default([]).describe('Seat ids of the plan'),
  areas: z
    .array(
      z.strictObject({ area: planIdField.describe('Area id of the plan'), quantity: z.int().min(1).max(mostPlaces) }),
    )
    .max(100)
    .default([])
    .describe('Places in general-admission areas'),
})
export type ReserveTicketsRequest = z.output<typeof reserveTicketsRequest>

export const reserveTicketsResponse = z.object({
  reservationId: z.string(),
  showId: z.string(),
  status: z.literal('held'),
  seats: z.array(z.object({ seat: z.string(), category: z.string(), priceMinor: z.int() })),
  areas: z.array(
    z.object({
      area: z.string(),
      quantity: z.int(),
      category: z.string(),
      priceMinor: z.int().describe('For one place'),
    }),
  ),
  currency: z.string().describe('ISO 4217'),
  totalMinor: z.int().describe('In minor units of the currency'),
  heldAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().describe('The hold ends here, exclusive'),
  position: positionField,
})
export type ReserveTicketsBody = Omit<z.output<typeof reserveTicketsResponse>, 'position'>

import { z } from 'zod'
import { positionInBody, staleField } from '../http/fields.js'

export const reservationStatusResponse = z.object({
  reservationId: z.string(),
  showId: z.string(),
  customerId: z.string(),
  status: z.enum(['held', 'confirmed', 'released', 'expired', 'cancelled']),
  seats: z.array(
    z.object({
      seat: z.string(),
      section: z
        .string()
        .nullable()
        .describe('Null, like row and number, where the plan of the show has the seat no more'),
      row: z.string().nullable(),
      number: z.string().nullable(),
      category: z.string(),
      priceMinor: z.int(),
    }),
  ),
  areas: z.array(
    z.object({
      area: z.string(),
      name: z.string().nullable().describe('Null where the plan of the show has the area no more'),
      quantity: z.int(),
      category: z.string(),
      priceMinor: z.int().describe('For one place'),
    }),
  ),
  currency: z.string().describe('ISO 4217'),
  totalMinor: z.int().describe('In minor units of the currency'),
  heldAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().describe('The hold ends, or ended, here, exclusive'),
  confirmedAt: z.iso.datetime().optional(),
  confirmedBy: z.string().optional(),
  extendedAt: z.iso.datetime().optional().describe('When the hold was lengthened'),
  notes: z.array(z.string()).describe('Of the choice of seats: split, orphan-left'),
  endedAt: z.iso.datetime().optional().describe('When it was released, expired or cancelled'),
  endReason: z.string().optional().describe('Of a cancellation'),
  position: positionInBody,
  stale: staleField,
})

export const commandStatusResponse = z.object({
  commandId: z.string(),
  status: z
    .enum(['pending', 'accepted', 'rejected'])
    .describe('pending: the log has the command, and what became of it cannot be read yet'),
  reason: z.string().optional(),
  details: z.array(z.string()).optional(),
  reservationId: z.string().optional(),
  position: positionInBody,
  stale: staleField,
})

export const ticketStatusResponse = z.union([reservationStatusResponse, commandStatusResponse])

export type ReservationStatusBody = Omit<z.output<typeof reservationStatusResponse>, 'position' | 'stale'>
export type CommandStatusBody = Omit<z.output<typeof commandStatusResponse>, 'position' | 'stale'>

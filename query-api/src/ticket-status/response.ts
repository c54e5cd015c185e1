import { z } from 'zod'
import { positionInBody } from '../http/fields.js'

export const reservationStatusResponse = z.object({
  reservationId: z.string(),
  showId: z.string(),
  customerId: z.string(),
  status: z.enum(['held', 'confirmed', 'released', 'expired', 'cancelled']),
  seats: z.array(
    z.object({
      seat: z.string(),
      section: z.string(),
      row: z.string(),
      number: z.string(),
      category: z.string(),
      priceMinor: z.int(),
    }),
  ),
  areas: z.array(
    z.object({
      area: z.string(),
      name: z.string(),
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
  endedAt: z.iso.datetime().optional().describe('When it was released, expired or cancelled'),
  endReason: z.string().optional().describe('Of a cancellation'),
  position: positionInBody,
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
})

export const ticketStatusResponse = z.union([reservationStatusResponse, commandStatusResponse])

export type ReservationStatusBody = Omit<z.output<typeof reservationStatusResponse>, 'position'>
export type CommandStatusBody = Omit<z.output<typeof commandStatusResponse>, 'position'>

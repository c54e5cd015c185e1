import { z } from 'zod'
import { positionInBody } from '../http/fields.js'
import { nextField } from '../http/page-cursor.js'

const fields = {
  showId: z.string(),
  title: z.string(),
  venue: z.string().describe('Name of the seating plan'),
  planHash: z.string(),
  currency: z.string().describe('ISO 4217'),
  categories: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      color: z.string(),
      priceMinor: z.int().nullable().describe('Minor units of the currency; null where no place is in the category'),
      places: z.int(),
    }),
  ),
  perCustomerLimit: z.int(),
  holdSeconds: z.number(),
  salesFrom: z.iso.datetime(),
  salesUntil: z.iso.datetime(),
  startsAt: z.iso.datetime(),
  capacity: z.int(),
  free: z.int(),
  held: z.int(),
  sold: z.int(),
}

export const showResponse = z.object({ ...fields, position: positionInBody })
export const showListResponse = z.object({ shows: z.array(z.object(fields)), next: nextField })

export type ShowBody = Omit<z.output<typeof showResponse>, 'position'>
export type ShowListBody = z.output<typeof showListResponse>

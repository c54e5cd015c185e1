import { orphanRules } from '@onsale/domain'
import { z } from 'zod'
import { positionInBody, staleField } from '../http/fields.js'
import { nextField } from '../http/page-cursor.js'

const fields = {
  showId: z.string(),
  title: z.string(),
  state: z
    .enum(['unpublished', 'published', 'paused', 'cancelled'])
    .describe(
      'Nothing can be held but where it is published. Unpublished shows are shown to the roles organizer and admin',
    ),
  stateReason: z.string().optional().describe('Code of a pause or a cancellation'),
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
  orphanRule: z.enum(orphanRules).describe('What a choice of named seats that leaves an avoidable single seat meets'),
  salesFrom: z.iso.datetime(),
  salesUntil: z.iso.datetime(),
  startsAt: z.iso.datetime(),
  capacity: z.int().describe('Places of the show now: without withdrawn ones'),
  free: z.int(),
  held: z.int(),
  sold: z.int(),
  stale: staleField,
}

export const showResponse = z.object({ ...fields, position: positionInBody })
export const showListResponse = z.object({ shows: z.array(z.object(fields)), next: nextField })

export type ShowBody = Omit<z.output<typeof showResponse>, 'position' | 'stale'>
export type ShowListBody = z.output<typeof showListResponse>

import { reservationIdPattern, showIdPattern } from '@onsale/domain'
import { z } from 'zod'

// The fields that several requests share. Messages in kebab-case are the rule that an answer names.

export const showIdField = z
  .string()
  .regex(showIdPattern, 'show-id')
  .describe('Id of the show')
  .meta({ examples: ['3.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f'] })

export const reservationIdField = z
  .string()
  .regex(reservationIdPattern, 'reservation-id')
  .describe('Id of the reservation')
  .meta({ examples: ['3.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f.0193a3c3-1111-7222-8333-444455556666'] })

/** An id within a seating plan. */
export const planIdField = z
  .string()
  .min(1)
  .max(64)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'no-control-characters')

export const planHashField = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'plan-hash')
  .describe('Of a stored seating plan')

/** It goes into the log, so it is a code, never free text. */
export const reasonField = (example: string) =>
  z
    .string()
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'code')
    .max(64)
    .default('requested')
    .describe(`Why, as a code such as ${example}`)

export const areaQuantity = z.object({ area: z.string(), quantity: z.int() })

/** Places to take out of the sale or to put back: seats, and so many places in areas. */
export const placesFields = {
  seats: z.array(planIdField).max(5_000).default([]).describe('Seat ids of the plan'),
  areas: z
    .array(
      z.strictObject({ area: planIdField.describe('Area id of the plan'), quantity: z.int().min(1).max(1_000_000) }),
    )
    .max(100)
    .default([])
    .describe('Places in general-admission areas'),
}

/** An instant, ISO 8601 with offset; UTC ms once validated. */
export const instantField = z.iso
  .datetime({ offset: true, error: 'not-iso-8601' })
  .refine((text) => Date.parse(text) >= 0, 'before-1970')
  .transform((text) => Date.parse(text))

export const positionField = z
  .string()
  .describe(
    'Position token: a read that is given it waits until it shows this answer. Also in the header Onsale-Position.',
  )

import { reservationIdPattern } from '@onsale/domain'
import { decodePosition } from '@onsale/platform/http'
import { staleReasons } from '@onsale/platform/read-model'
import { z } from 'zod'

// The fields that several routes share. Messages in kebab-case are the rule that an answer names.

export const positionField = z
  .string()
  .refine((token) => decodePosition(token) !== null, 'position-token')
  .optional()
  .describe('Position token of an answer: wait until it can be read. Also taken from the header Onsale-Position')

export const reservationIdField = z.string().regex(reservationIdPattern, 'reservation-id')

export const commandIdField = z.string().regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'command-id')

export const positionInBody = z
  .string()
  .nullable()
  .describe('What this answer shows of the partition, as a position token. Also in the header Onsale-Position')

export const staleField = z
  .enum(staleReasons)
  .optional()
  .describe(
    'There where this is not all that has happened. stream-parked: it ends before an event that could not be applied yet; ' +
      'stream-incomplete: an event was left out by the operators. Also in the header Onsale-Stale',
  )

/** A whole number in a query. */
export const countField = (least: number, most: number, fallback: number) =>
  z
    .string()
    .regex(/^[0-9]{1,9}$/, 'not-integer')
    .transform(Number)
    .pipe(z.int().min(least).max(most))
    .default(fallback)

/** Query of a route that takes a position and nothing else. */
export const positionOnly = z.strictObject({ position: positionField })
export type PositionOnly = z.output<typeof positionOnly>

export const isoTime = (ms: number): string => new Date(ms).toISOString()

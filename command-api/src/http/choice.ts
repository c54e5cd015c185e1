import type { Choice } from '@onsale/domain'
import { ProblemError } from '@onsale/platform/http'
import { z } from 'zod'
import { planIdField } from './fields.js'

// What a customer asks for, and what they then have: shared by the commands that choose places.

const mostPlaces = 1_000

export const choiceFields = {
  seats: z.array(planIdField).max(mostPlaces).default([]).describe('Seat ids of the plan'),
  areas: z
    .array(
      z.strictObject({ area: planIdField.describe('Area id of the plan'), quantity: z.int().min(1).max(mostPlaces) }),
    )
    .max(100)
    .default([])
    .describe('Places in general-admission areas'),
  bestAvailable: z
    .strictObject({
      category: planIdField.optional().describe('Category id of the plan; any, where it is left out'),
      quantity: z.int().min(1).max(mostPlaces),
      together: z
        .enum(['required', 'preferred'])
        .default('preferred')
        .describe('required: side by side in one row, or refused; preferred: else in as few groups as can be'),
      accessible: z
        .boolean()
        .default(false)
        .describe('True: with at least one wheelchair place; false: neither wheelchair places nor companion seats'),
    })
    .optional()
    .describe(
      'The seats nearest to the stage that leave no single seat behind, instead of named ones; may go with areas',
    ),
}

interface ChoiceFields {
  seats: Choice['seats']
  areas: Choice['areas']
  bestAvailable?: { category?: string | undefined; quantity: number; together: string; accessible: boolean } | undefined
}

/** Named seats or the best available ones, not both: for `.refine`. */
export const choosesOneWay = ({ seats, bestAvailable }: ChoiceFields) =>
  seats.length === 0 || bestAvailable === undefined
export const notWithSeats = { path: ['bestAvailable'], error: 'not-with-seats' }

/** As the command's record says it. @throws ProblemError 422 where nothing is asked for */
export function choiceOf({ seats, areas, bestAvailable }: ChoiceFields): Choice {
  if (seats.length + areas.length === 0 && bestAvailable === undefined) {
    throw new ProblemError(422, 'nothing-to-hold', 'The request names neither a seat nor places in an area.')
  }
  return {
    seats,
    areas,
    bestAvailable: bestAvailable ? { ...bestAvailable, category: bestAvailable.category ?? null } : null,
  }
}

/** What is held then. */
export const heldFields = {
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
  expiresAt: z.iso.datetime().describe('The hold ends here, exclusive'),
  notes: z
    .array(z.string())
    .describe(
      'What to know of the choice. split: the seats are not all side by side; orphan-left: a single seat is left beside them',
    ),
}

export const refusalsOfChoice =
  '`seat-not-found`, `area-not-found`, `category-not-found`, `nothing-to-hold`, `companion-alone` (details: the companion seats without a wheelchair place beside them), `customer-limit` 422; ' +
  '`seat-taken`, `seat-withdrawn`, `area-full`, `sold-out` (details: how many seats are free), `no-seats-together` (details: how many are free side by side, at most), ' +
  '`orphan-seat` (details: the seats to take instead), `sales-not-open`, `sales-closed`, `sales-paused`, `show-not-published`, `show-cancelled` 409'

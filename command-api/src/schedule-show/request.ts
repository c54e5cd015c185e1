import { orphanRules } from '@onsale/domain'
import { z } from 'zod'
import { instantField, planHashField, planIdField, positionField } from '../http/fields.js'

export const scheduleShowRequest = z.strictObject({
  planHash: planHashField,
  title: z.string().trim().min(1).max(200).describe('Public title'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'currency')
    .describe('ISO 4217')
    .meta({ examples: ['KRW'] }),
  prices: z
    .array(
      z.strictObject({
        category: planIdField,
        priceMinor: z.int().min(0).max(1_000_000_000_000).describe('Minor units'),
      }),
    )
    .min(1)
    .max(1_000)
    .describe('One price for each category of the plan'),
  perCustomerLimit: z.int().min(1).max(1_000).describe('Most places one customer may hold and own together'),
  holdSeconds: z
    .int()
    .min(1)
    .max(7 * 24 * 60 * 60)
    .describe('Length of a hold'),
  salesFrom: instantField.describe('Sales open, inclusive'),
  salesUntil: instantField.describe('Sales close, exclusive'),
  startsAt: instantField.describe('Curtain'),
  orphanRule: z
    .enum(orphanRules)
    .default('off')
    .describe(
      'What a choice of named seats that leaves an avoidable single seat meets. warn: the note orphan-left; refuse: 409 orphan-seat with the seats to take instead',
    ),
  publish: z.boolean().default(true).describe('False: nothing can be held before the show is published'),
})
export type ScheduleShowRequest = z.output<typeof scheduleShowRequest>

export const scheduleShowResponse = z.object({
  showId: z.string(),
  planHash: z.string(),
  title: z.string(),
  currency: z.string(),
  prices: z.array(z.object({ category: z.string(), priceMinor: z.int() })),
  perCustomerLimit: z.int(),
  holdSeconds: z.int(),
  salesFrom: z.iso.datetime(),
  salesUntil: z.iso.datetime(),
  startsAt: z.iso.datetime(),
  orphanRule: z.string(),
  published: z.boolean(),
  capacity: z.int().describe('Seats plus places in areas'),
  scheduledAt: z.iso.datetime(),
  position: positionField,
})
export type ScheduleShowBody = Omit<z.output<typeof scheduleShowResponse>, 'position'>

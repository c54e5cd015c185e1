import { z } from 'zod'
import { instantField, positionField, reasonField } from '../http/fields.js'

const hourSeconds = 3_600

/** Settings of a room, all of them with the usual value. */
export const settingsFields = {
  ratePerMinute: z
    .int()
    .min(1)
    .max(600_000)
    .default(1_200)
    .describe('Most admissions in any 60 s; a sixtieth in any second'),
  slots: z.int().min(1).max(100_000).default(150).describe('Most admissions that are open at once'),
  admissionSeconds: z.int().min(1).max(hourSeconds).default(120).describe('So long an admission may be redeemed'),
  graceSeconds: z
    .int()
    .min(1)
    .max(hourSeconds)
    .default(120)
    .describe('So long a place is kept for who left or is absent'),
  priorityPercent: z
    .int()
    .min(0)
    .max(50)
    .default(0)
    .describe('Share of the priority lane while both lanes wait; 0: one lane'),
  lobbyFrom: instantField.describe('The lobby takes visitors from then on'),
  opensAt: instantField.describe('Then the places of the lobby are drawn, and the room opens'),
}
type Settings = z.output<z.ZodObject<typeof settingsFields>>

export const lobbyFirst = ({ lobbyFrom, opensAt }: Settings) => lobbyFrom <= opensAt
export const beforeOpening = { path: ['lobbyFrom'], error: 'after-opens-at' }

export const settingsOf = ({ admissionSeconds, graceSeconds, ...settings }: Settings) => ({
  ...settings,
  admissionMs: admissionSeconds * 1_000,
  graceMs: graceSeconds * 1_000,
})

export const scheduleRoomRequest = z.strictObject(settingsFields).refine(lobbyFirst, beforeOpening)
export const scheduleRoomResponse = z.object({
  showId: z.string(),
  commitment: z.string().describe('SHA-256 of the seed that is revealed when the room opens'),
  scheduledAt: z.iso.datetime(),
  position: positionField,
})

export const changeRoomRequest = z.strictObject({ ...settingsFields, reason: reasonField('calm') })
export const nothing = z.strictObject({})
export const enterRequest = z.strictObject({
  pass: z.string().min(1).max(100).optional().describe('For the priority lane, as the organizer gave it'),
})
export const passRequest = z.strictObject({
  customerId: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'subject-of-a-token'),
})
export const passResponse = z.object({
  showId: z.string(),
  customerId: z.string(),
  pass: z.string().describe('The customer enters with it: it does for nobody else, and for no other show'),
})
export const reasonRequest = z.strictObject({ reason: reasonField('technical') })
export const pauseRoomRequest = z.strictObject({
  reason: reasonField('technical'),
  stop: z.boolean().default(false).describe('Emergency: nobody is let into the queue either'),
})
export const atResponse = z.object({ showId: z.string(), at: z.iso.datetime(), position: positionField })

export const enterResponse = z.object({
  showId: z.string(),
  entryId: z.string(),
  status: z.enum(['waiting', 'admitted', 'active']),
  place: z.int().nullable().describe('In the queue, from 0; null in the lobby, and for who was there before'),
  admission: z.string().nullable().describe('The token to reserve with, for who is admitted: once, before it runs out'),
  admissionExpiresAt: z.iso.datetime().nullable(),
  position: positionField,
})
export const leaveResponse = z.object({
  showId: z.string(),
  entryId: z.string(),
  keptUntil: z.iso.datetime().describe('Who comes back before has the place again'),
  position: positionField,
})

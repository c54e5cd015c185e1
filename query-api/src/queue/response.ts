import { z } from 'zod'
import { positionInBody } from '../http/fields.js'

const roomState = z
  .enum(['scheduled', 'lobby', 'drawing', 'open', 'paused', 'stopped', 'closed'])
  .describe(
    'drawing: it has opened, and the places of the lobby are being drawn; stopped: paused, and nobody is let in',
  )

export const ownPlaceResponse = z.object({
  showId: z.string(),
  entryId: z.string(),
  state: roomState,
  reason: z.string().nullable().describe('Why it is paused, stopped or closed: a code'),
  status: z
    .enum(['waiting', 'away', 'admitted', 'active', 'completed', 'left', 'skipped', 'expired'])
    .describe(
      'away: left, and the place is kept; active: has reserved; skipped: was absent; expired: the admission ran out',
    ),
  place: z.int().nullable().describe('In the queue, from 0, as the draw or the arrival gave it; null in the lobby'),
  position: positionInBody,
  ahead: z.int().nullable().describe('People who wait before you'),
  waiting: z.int().describe('All who wait'),
  wait: z
    .object({
      p50Seconds: z.int().describe('As likely sooner as later'),
      p90Seconds: z.int().describe('Nine times in ten not later'),
    })
    .nullable()
    .describe('From the admissions of the last minutes; null: unknown'),
  stock: z
    .object({
      freePlaces: z.int(),
      categories: z.array(z.object({ category: z.string(), free: z.int() })).nullable(),
    })
    .nullable()
    .describe('What is left; null: not known'),
  opensAt: z.iso.datetime(),
  admission: z.string().nullable().describe('The token to reserve with, of who is admitted: once, before it runs out'),
  admissionExpiresAt: z.iso.datetime().nullable(),
  keptUntil: z.iso.datetime().nullable().describe('Of who is away: whoever comes back before has the place again'),
  askAgainSeconds: z.int().describe('When to ask again; also in Retry-After'),
  heartbeat: z.string().nullable().describe('What to send to POST …/heartbeat'),
  heartbeatSeconds: z.int().nullable().describe('How often to send it, so that the place is not taken for left'),
})
export type OwnPlaceBody = Omit<z.output<typeof ownPlaceResponse>, 'position'>

export const drawResponse = z.object({
  showId: z.string(),
  commitment: z.string().describe('SHA-256 of the seed, published when the room was scheduled'),
  seed: z.string().nullable().describe('Null before the room opens'),
  lobbyDigest: z.string().nullable().describe('Over all who joined the lobby, in order; it begins as the commitment'),
  entries: z.int().describe('So many were drawn'),
  drawn: z.int().describe('So many of their places are known by now'),
  order: z
    .object({
      firstPlace: z.int(),
      entries: z.array(z.int()).describe('Numbers n of the entries <showId>.<n>, from that place on'),
      next: z.int().nullable().describe('`fromPlace` of what follows; null: that is all'),
    })
    .describe('The smallest HMAC-SHA256(key, entryId) first; key: HMAC-SHA256(seed, lobbyDigest); all of them hex'),
  yours: z
    .object({ entryId: z.string(), place: z.int().nullable() })
    .nullable()
    .describe('Of who asks with a token and has an entry'),
})
export type DrawBody = z.output<typeof drawResponse>

const count = z.int()
export const statsResponse = z.object({
  showId: z.string(),
  state: roomState,
  reason: z.string().nullable(),
  entries: z.object({
    joined: count,
    waiting: count,
    away: count,
    admitted: count.describe('Open, not redeemed'),
    active: count,
    completed: count,
    abandoned: count.describe('Admissions whose reservation ended without a purchase'),
    noShows: count.describe('Admissions that were never redeemed'),
    left: count,
    skipped: count,
  }),
  admissions: z.object({
    all: count,
    priority: count,
    lastMinute: count.describe('Of the last six stretches of 10 s, the one under way included'),
    ratePerMinute: count,
    rateUsed: z.number().describe('lastMinute / ratePerMinute'),
    open: count,
    slots: count,
  }),
  wait: z.object({ p50Seconds: count, p90Seconds: count }).nullable().describe('Of who would come now'),
  stock: z
    .object({ freePlaces: count, categories: z.array(z.object({ category: z.string(), free: count })).nullable() })
    .nullable(),
  term: count.describe('Of the admission controller; 0: none has begun'),
  position: positionInBody,
})
export type StatsBody = Omit<z.output<typeof statsResponse>, 'position'>

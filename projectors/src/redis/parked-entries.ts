import { ownKey } from '@onsale/platform/redis-views'

/** Why and from where a stream is parked, as its field of the parked hash has it. */
export interface ParkedEntry {
  firstOffset: number
  reason: string
  detail: string
  missing: number
  /** UTC ms. */
  parkedAt: number
  attempts: number
  redriveAt: number | null
  redriveBy: string | null
}

/** A member of a stream's sorted set of parked events, by offset. */
export interface ParkedEvent {
  offset: number
  claimId: string
  streamVersion: number | null
  name: string | null
  /** UTC ms. */
  parkedAt: number
}

export const parkedKey = (stream: string): string => `${ownKey.parked}:${stream}`

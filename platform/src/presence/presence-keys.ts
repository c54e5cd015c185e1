/** So long the way of heartbeats may be silent before what it has told no longer counts as whole. */
export const silenceMs = 5_000
/** How often whoever takes heartbeats shows that they come through. */
export const pulseMs = 1_000
/** Nothing of a room outlives its last heartbeat longer. */
export const keptMs = 24 * 60 * 60 * 1_000

/** What is in braces is what Redis Cluster places keys by: those of a room are in one slot. */
export const presenceKeys = (env: string, showId: string) => ({
  /** Sorted set: entry → last seen, UTC ms. */
  seen: `onsale:${env}:presence:{${showId}}:seen`,
  /** UTC ms from which on every heartbeat of the room is there; gone where the rest is. */
  since: `onsale:${env}:presence:{${showId}}:since`,
})

/** Hash {since, last}: from when to when heartbeats came through without a silence. */
export const pulseKey = (env: string): string => `onsale:${env}:presence:pulse`

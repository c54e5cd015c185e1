import { entryNumber, isLive, type LastSeen, type RoomState } from '@onsale/domain'
import type { Presence } from '@onsale/platform/presence'

/** Presence and log go by different clocks: so much longer than the grace period nobody is called absent. */
export const clockSlackMs = 1_000

export interface Absence {
  /** To be dropped by a command that cites when each was last seen. */
  dropped: LastSeen[]
  /** Of whom presence need not know any more: they do not wait. */
  over: string[]
}

/**
 * Who may be called absent at `now`, UTC ms. Nobody, where the data are whole for less than a grace period: what was lost is no
 * absence. An entry of which presence knows nothing is not among them.
 */
export function absentVisitors(state: RoomState, { wholeSince, absent }: Presence, now: number): Absence {
  const before = now - state.settings.graceMs - clockSlackMs
  const waits = (entryId: string) => {
    const entry = entryNumber(state, entryId)
    return entry >= 0 && isLive(state.entries.status(entry)) ? entry : -1
  }
  const over = absent.flatMap(({ entryId }) => (waits(entryId) < 0 ? [entryId] : []))
  if (wholeSince === null || wholeSince >= before) return { dropped: [], over }
  const dropped = absent.filter(({ entryId, lastSeenAt }) => {
    const entry = waits(entryId)
    // The log itself may have heard of the visitor later: who came again kept the place.
    return entry >= 0 && lastSeenAt < before && state.entries.seenAt(entry) < before
  })
  return { dropped, over }
}

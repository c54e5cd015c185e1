import type { SeatStatusBody } from '../show-seats/response.js'

/** From one version of a show to a later one: what a client that has the first needs. */
export interface SeatChanges {
  version: number
  /** [place of the seat in `status`, its letter now] */
  seats: [number, string][]
  /** Those that changed, as they are now. */
  areas: SeatStatusBody['areas']
}

/** Null where the seats themselves are others: then all of them are to be sent. */
export function changesBetween(before: SeatStatusBody, after: SeatStatusBody): SeatChanges | null {
  if (before.planHash !== after.planHash || before.status.length !== after.status.length) return null
  const seats: SeatChanges['seats'] = []
  for (let at = 0; at < after.status.length; at += 1)
    if (before.status[at] !== after.status[at]) seats.push([at, after.status[at] as string])
  const known = new Map(before.areas.map((area) => [area.id, JSON.stringify(area)]))
  const areas = after.areas.filter((area) => known.get(area.id) !== JSON.stringify(area))
  return { version: after.version, seats, areas }
}

import type { StackConnection } from '@onsale/infra'
import type { ApiClient } from '../../api/client.js'
import { etaWithinP90 } from '../../audit/room/admission-figures.js'
import type { RoomCount, RoomFigures } from '../../audit/room/room-count.js'
import type { ClientRecord } from '../client-record.js'
import { countOutcome } from '../outcome.js'
import type { RushRecord } from './rush-record.js'

/** What a rush has to answer for, counted from the log. */
export interface RushOutcome extends RoomFigures {
  capacity: number
  sold: number
  oversold: number
  /** Share of the forecasts whose p90 was kept, of those who were admitted; null where none was given. */
  etaWithinP90: number | null
  /** Commands and places that were acknowledged and are not in the log. */
  lost: number
  readModelEqualsLog: boolean
  /** One line each: whatever the recount has to say against it. */
  objections: string[]
}

export interface RushSources {
  connection: StackConnection
  api: ApiClient
  showId: string
  record: ClientRecord
  rush: RushRecord
  visitors: number
}

export async function countRush({
  connection,
  api,
  showId,
  record,
  rush,
  visitors,
}: RushSources): Promise<RushOutcome> {
  const outcome = await countOutcome({ connection, api, showId, record, buyers: visitors })
  const { audit, capacity, oversold, readModelEqualsLog } = outcome
  const room = audit.room(showId)
  const show = audit.partitions.get(Number(showId.split('.')[0]))?.shows.get(showId)
  if (!room || !show) throw new Error(`the log has no show ${showId} with a waiting room`)
  const lostPlaces = placesLost(rush.entries, room)
  const { figures } = room
  return {
    ...figures,
    capacity,
    sold: show.sold,
    oversold,
    etaWithinP90: etaWithinP90(rush.forecasts, room.entries.admittedAt),
    lost: outcome.lost + lostPlaces.length,
    readModelEqualsLog,
    objections: [
      ...outcome.objections,
      ...lostPlaces.map((entryId) => `lost: place ${entryId}`),
      ...brokenPromises(figures),
    ],
  }
}

/** Entries that were acknowledged, and are not in the log as that customer's. */
function placesLost(entries: ReadonlyMap<string, string>, room: RoomCount): string[] {
  return [...entries].flatMap(([customerId, entryId]) =>
    room.entries.find(entryId)?.customerId === customerId ? [] : [entryId],
  )
}

/** The audit names each at its place; these are for who reads figures. */
function brokenPromises(figures: RoomFigures): string[] {
  const { maxRatePerMinute, rateLimit, maxActive, slotLimit, fifoInversions, doubledPlaces, overAdmitted } = figures
  return [
    ...(maxRatePerMinute > rateLimit ? [`${maxRatePerMinute} admissions in a minute, ${rateLimit} may be`] : []),
    ...(maxActive > slotLimit ? [`${maxActive} admissions open at once, there are ${slotLimit} slots`] : []),
    ...(fifoInversions > 0 ? [`${fifoInversions} admitted before their turn`] : []),
    ...(doubledPlaces > 0 ? [`${doubledPlaces} places or customers doubled`] : []),
    ...(overAdmitted > 0 ? [`${overAdmitted} admissions beyond rate, slots or stock`] : []),
  ]
}

import { printLog } from '@onsale/cli'
import type { System } from './system.js'

interface OfEntry {
  entryId: string
  place: number | null
  firstPlace: number
  entries: number[]
}

/** The queue of a room as its log has it, counted here once more. */
export async function roomOfLog(system: System, showId: string) {
  const placeOf = new Map<string, number>()
  const waits = new Set<string>()
  const lost: string[] = []
  const print = ({ type, data }: { type: string; data: unknown }) => {
    const { entryId, place, firstPlace, entries } = data as OfEntry
    if (type === 'EntryJoined' || type === 'PlaceKept') waits.add(entryId)
    if (type === 'EntryJoined' && place !== null) placeOf.set(entryId, place)
    if (type === 'PlacesDrawn')
      for (const [at, entry] of entries.entries()) placeOf.set(`${showId}.${entry}`, firstPlace + at)
    if (type === 'EntryLeft' || type === 'AdmissionGranted') waits.delete(entryId)
    if (type === 'PlaceForfeited' || type === 'EntrySkipped') {
      waits.delete(entryId)
      lost.push(`${type} ${entryId}`)
    }
  }
  await printLog(system.stack.connection, { of: 'queue', show: showId, last: null, follow: null, print })
  return {
    placeOf: (entryId: string) => placeOf.get(entryId),
    aheadOf: (entryId: string) =>
      [...waits].filter((other) => (placeOf.get(other) ?? 0) < (placeOf.get(entryId) ?? 0)).length,
    lost: () => lost,
  }
}

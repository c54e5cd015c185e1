import type { StreamKind } from '../stream-kind.js'
import { RoomCount, type ShowSource } from './room-count.js'
import { noShow, roomEventOf, roomTimeOf } from './room-events.js'

/** @param showOf the room's show, from the journal that is read before the room's */
export const roomKind = (showOf: (showId: string) => ShowSource): StreamKind<RoomCount> => ({
  journal: 'queue',
  isEvent: (name) => roomEventOf(name) !== null,
  timeOf: roomTimeOf,
  isDue({ name, data }) {
    const type = roomEventOf(name)
    if (type === 'AdmissionExpired') return (data as { reason: string }).reason === noShow
    return type === 'LobbyOpened' || type === 'PlaceForfeited' || type === 'PlacesDrawn'
  },
  open: (showId, report) => new RoomCount(showId, showOf(showId), report),
})

import { type Rooms, roomStreams } from '@onsale/domain'
import { hashes } from '@onsale/platform/waiting-room'
import { RoomModel, type RoomWitness } from '../check/room-model.js'
import type { World } from '../world/world.js'
import type { Context } from '../write/context.js'

/** The waiting rooms of shows. */
export const roomContext = (world: World, witness: RoomWitness): Context<RoomModel, Rooms> => ({
  label: 'queue-',
  topics: world.topics.queue,
  hasPlans: false,
  streams: () => roomStreams(hashes),
  open: (showId) => new RoomModel(showId, witness),
  differs: differsFrom,
  probe: { operation: 'CloseRoom', body: { reason: 'probe' } },
})

function differsFrom(rooms: Rooms, showId: string, counted: RoomModel): boolean {
  const state = rooms.get(showId)?.state
  return (
    !state ||
    state.phase !== counted.phase ||
    state.term !== counted.term ||
    state.entries.size !== counted.entries.size ||
    state.queue.waiting !== counted.waiting.length ||
    state.admissions.size !== counted.limits.openAdmissions ||
    state.takenPlaces !== counted.limits.taken ||
    (state.stock?.showVersion ?? 0) !== counted.limits.knownVersion
  )
}

import { entryIdOf, type RoomState } from './state.js'

/** What every event of an entry says of it. */
export function about(state: RoomState, entry: number) {
  const { showId } = state.scheduled
  return { showId, entryId: entryIdOf(state, entry), customerId: state.entries.customerId(entry) }
}

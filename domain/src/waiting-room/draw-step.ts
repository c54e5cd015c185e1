import { Draw } from './draw.js'
import type { RoomEvent } from './events.js'
import type { Hashes } from './hashes.js'
import { entryIdOf, isDrawing, type RoomState } from './state.js'

/** The next places of the draw, `limit` events at most; none where nothing is to be drawn, or where the next ones are not worked out yet. */
export function nextDrawn(state: RoomState, now: number, limit: number, hashes: Hashes): RoomEvent[] {
  const { drawHeld, queue } = state
  if (!drawHeld || !isDrawing(state)) return []
  const { showId } = state.scheduled
  state.draw ??= new Draw(drawnEntries(state), drawHeld, hashes, (entry) => entryIdOf(state, entry))
  return state.draw.next(queue.drawn, limit).map((piece) => ({
    type: 'PlacesDrawn',
    data: { showId, ...piece, drawnAt: now },
  }))
}

function drawnEntries({ entries, drawHeld }: RoomState): Int32Array {
  const drawn = new Int32Array(drawHeld!.entries)
  let count = 0
  for (let entry = 0; entry < entries.size; entry++) if (entries.isDrawn(entry)) drawn[count++] = entry
  return drawn
}

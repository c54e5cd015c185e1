import type { SeededRandom, SimProcess } from '../kernel/index.js'
import type { Clients } from './clients.js'
import type { Request } from './request.js'
import type { OnSale } from './sale.js'

/** What the visitors of rooms and their organizer have in common. */
export interface RoomCrowd {
  /** Of the APIs of shows, and of those of rooms: both are one to a client. */
  shows: Clients
  rooms: Clients
  process: SimProcess
  random: SeededRandom
  sales: OnSale[]
  thinkMs: number
  wants(): boolean
  nextKey(): string
  heartbeat(showId: string, entryId: string): void
}

export function ask(
  { shows, rooms, nextKey }: RoomCrowd,
  operation: Request['operation'],
  caller: string,
  showId: string | null,
  body: Record<string, unknown>,
) {
  const ofRoom = operation.endsWith('Room')
  return (ofRoom ? rooms : shows).ask({ operation, caller, key: nextKey(), showId, body })
}

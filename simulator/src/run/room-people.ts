import type { Clients } from '../load/clients.js'
import type { Crowd } from '../load/customer.js'
import type { Terms } from '../load/organizer.js'
import { RoomOrganizer } from '../load/room-organizer.js'
import type { RoomCrowd } from '../load/room-sale.js'
import { Visitor } from '../load/visitor.js'
import type { RoomPart } from '../room/room-part.js'
import type { World } from '../world/world.js'

interface People {
  world: World
  crowd: Crowd
  terms: Terms
  customers: number
  enter(someone: { live(): Promise<void> }): void
}

/** The people of a world of waiting rooms: visitors, and who schedules the shows. */
export function openRooms({ world, crowd, terms, customers, enter }: People, room: RoomPart, clients: Clients): void {
  const { random, thinkMs, wants, nextKey } = crowd
  const rooms: RoomCrowd = {
    ...{ shows: crowd.clients, rooms: clients, process: crowd.clients.process, random, thinkMs, wants, nextKey },
    sales: [],
    heartbeat: (showId, entryId) => room.heartbeat(crowd.clients.process, showId, entryId),
  }
  const everyMs = random.pick([300, 800, 2_000])
  const shows = Math.max(2, Math.round(customers / 40))
  const limited = { ...terms, perCustomerLimit: random.pick([2, 4, 6]) }
  enter(new RoomOrganizer(rooms, world.plans, limited, shows, everyMs, () => world.kernel.utc))
  const names = Array.from({ length: customers }, (_, n) => `visitor-${n + 1}`)
  for (const name of names) enter(new Visitor(rooms, name, names))
}

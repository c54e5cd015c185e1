import type { Rooms } from '@onsale/domain'
import type { RoomController } from './room-controller.js'

/** The controllers of this process, one for each room that is not over. */
export class RoomControllers {
  private readonly byShow = new Map<string, RoomController>()
  private readonly ending = new Set<Promise<void>>()

  constructor(private readonly open: (showId: string, rooms: Rooms) => RoomController) {}

  get inForce(): number {
    return [...this.byShow.values()].filter(({ isInForce }) => isInForce).length
  }

  /** Events of these rooms, or of their shows, were folded. */
  touched(showIds: Iterable<string>, rooms: Rooms | null): void {
    for (const showId of showIds) {
      const known = this.byShow.get(showId)
      if (known) this.goOn(showId, known)
      else if (rooms && isLive(rooms, showId)) this.begin(showId, rooms)
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.byShow.values()].map((one) => one.stop()))
    await Promise.all(this.ending)
    this.byShow.clear()
  }

  private begin(showId: string, rooms: Rooms): void {
    const controller = this.open(showId, rooms)
    this.byShow.set(showId, controller)
    controller.start()
  }

  private goOn(showId: string, controller: RoomController): void {
    controller.wake()
    if (!controller.isOver) return
    this.byShow.delete(showId)
    const ended = controller.stop().finally(() => this.ending.delete(ended))
    this.ending.add(ended)
  }
}

function isLive(rooms: Rooms, showId: string): boolean {
  const room = rooms.get(showId)?.state
  return room !== undefined && (room.phase !== 'closed' || room.admissions.size > 0)
}

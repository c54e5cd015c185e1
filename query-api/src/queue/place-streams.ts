import { Injectable, type OnModuleDestroy } from '@nestjs/common'
import type { Caller } from '@onsale/platform/auth'
import { decodePosition, type Position } from '@onsale/platform/http'
import type { Timers } from '@onsale/platform/ports'
import type { EntryLook } from '../rooms/entry-look.js'
import { entryNotFound, type RoomViews, type Shown } from '../rooms/room-views.js'
import type { SseSink } from '../seat-stream/sse-client.js'
import type { LiveRooms } from './live-rooms.js'
import { ownPlace, type RoomNow } from './own-place.js'
import { PlaceListener } from './place-feed.js'
import type { RoomSigners } from './room-signers.js'

const tickMs = 1_000
/** Entries that are looked at with one script. */
const entriesEach = 500

interface Room {
  listeners: Set<PlaceListener>
  state: string
}

/** Those who listen to their place: one look a second at each room, and at as many entries as are due, however many listen. */
@Injectable()
export class PlaceStreams implements OnModuleDestroy {
  private readonly rooms = new Map<string, Room>()
  private readonly stopping = new AbortController()

  constructor(
    private readonly views: RoomViews,
    private readonly live: LiveRooms,
    private readonly signers: RoomSigners,
    private readonly timers: Timers,
  ) {}

  /**
   * Where who asks is now; nothing is written yet. @param since what was heard last: nothing older is told
   * @throws ProblemError 404, or 503
   */
  async find(showId: string, caller: Caller, since: Position | null): Promise<Shown<EntryLook>> {
    await this.live.now(showId, since)
    const { result, position } = await this.views.own(showId, caller.id, since)
    if (!result) throw entryNotFound()
    return { result, position }
  }

  /** @returns to be called when the connection has ended */
  listen(showId: string, caller: Caller, found: Shown<EntryLook>, sink: SseSink): () => void {
    const listener = new PlaceListener(sink, caller.id, found.result.entry, caller.expiresAt)
    const known = this.rooms.get(showId)
    const room = known ?? { listeners: new Set(), state: '' }
    room.listeners.add(listener)
    if (!known) {
      this.rooms.set(showId, room)
      void this.follow(showId, room)
    }
    void this.first(showId, listener, found)
    return () => room.listeners.delete(listener)
  }

  onModuleDestroy(): void {
    this.stopping.abort()
    for (const { listeners } of this.rooms.values()) for (const { client } of listeners) client.end()
  }

  private async first(showId: string, listener: PlaceListener, found: Shown<EntryLook>): Promise<void> {
    const now = this.signers.now()
    // Until it has been told, the room's look leaves it alone.
    listener.lookAt = now + tickMs
    const room = await this.live.now(showId).catch(() => null)
    if (room) this.tell(listener, room.result, found.result, found.position)
  }

  private async follow(showId: string, room: Room): Promise<void> {
    while (room.listeners.size > 0) {
      await this.look(showId, room).catch(() => {
        const now = this.signers.now()
        for (const listener of room.listeners) if (listener.lookAt <= now) listener.quiet(now)
      })
      if (!(await this.timers.sleep(tickMs, this.stopping.signal))) return
    }
    this.rooms.delete(showId)
  }

  private async look(showId: string, room: Room): Promise<void> {
    const now = this.signers.now()
    for (const listener of room.listeners) {
      if (listener.expiresAt > now) continue
      room.listeners.delete(listener)
      listener.client.end()
    }
    const { result } = await this.live.now(showId)
    const state = `${result.state} ${result.reason}`
    const all = state !== room.state
    const due = [...room.listeners].filter(({ lookAt }) => all || lookAt <= now)
    for (let at = 0; at < due.length; at += entriesEach) {
      const some = due.slice(at, at + entriesEach)
      const looks = await this.views.entries(
        showId,
        some.map(({ entry }) => entry),
      )
      for (const [n, listener] of some.entries()) {
        const look = looks.result[n] as EntryLook
        this.tell(listener, result, look, looks.position)
        if (isOver(look)) await this.again(showId, listener)
      }
    }
    room.state = state
  }

  /** Who had a place and has none any more may have another by now. */
  private async again(showId: string, listener: PlaceListener): Promise<void> {
    const { result } = await this.views.own(showId, listener.customerId, null)
    if (!result || result.entry === listener.entry) return
    listener.entry = result.entry
    listener.lookAt = 0
  }

  private tell(listener: PlaceListener, room: RoomNow, look: EntryLook, position: Position): void {
    const now = this.signers.now()
    listener.tell(ownPlace(room, look, listener.customerId, now, this.signers), position, now)
  }
}

const isOver = ({ status }: EntryLook) =>
  status === 'completed' || status === 'left' || status === 'skipped' || status === 'expired'

/** What a Last-Event-ID stands for; null where it is not one of ours. */
export const heardOf = (id: string | undefined): Position | null => (id === undefined ? null : decodePosition(id))

import type { Decision } from '../show/rejections.js'
import { SnapshotError } from '../show/snapshot-show.js'
import type { RoomCommand } from '../waiting-room/commands.js'
import { decideInRoom, dueInRoom } from '../waiting-room/decide.js'
import { nextDrawn } from '../waiting-room/draw-step.js'
import type { RoomEvent } from '../waiting-room/events.js'
import { evolveRoom } from '../waiting-room/evolve.js'
import type { Hashes } from '../waiting-room/hashes.js'
import { RoomRestore, roomParts } from '../waiting-room/snapshot-room.js'
import { isDrawing, nextRoomDeadline, type RoomState } from '../waiting-room/state.js'
import type { DecidedRecord, JournalEvent } from './records.js'
import type { SnapshotPart } from './snapshot.js'
import { StreamSet } from './stream-set.js'
import type { DomainCommand, DomainEvent, Streams, StreamsKind, StreamsRestore } from './streams.js'

/** Every command of a room, held complete by the compiler. */
const roomCommands: { [Type in RoomCommand['type']]: true } = {
  ScheduleRoom: true,
  OpenRoom: true,
  PauseRoom: true,
  ResumeRoom: true,
  CloseRoom: true,
  ChangeRoom: true,
  EnterRoom: true,
  LeaveRoom: true,
  ClaimTerm: true,
  AdmitVisitors: true,
  DropAbsent: true,
  ReportStock: true,
}

/** Every event of a room, held complete by the compiler. */
const roomEvents: { [Type in RoomEvent['type']]: true } = {
  RoomScheduled: true,
  LobbyOpened: true,
  EntryJoined: true,
  PlaceKept: true,
  EntryLeft: true,
  PlaceForfeited: true,
  EntrySkipped: true,
  DrawHeld: true,
  PlacesDrawn: true,
  RoomPaused: true,
  RoomResumed: true,
  RoomClosed: true,
  RoomChanged: true,
  TermClaimed: true,
  AdmissionGranted: true,
  AdmissionRedeemed: true,
  AdmissionSpent: true,
  AdmissionCompleted: true,
  AdmissionExpired: true,
  StockReported: true,
}

/** Partitions that decide about waiting rooms. */
export const roomStreams = (hashes: Hashes): StreamsKind<Rooms> => ({
  open: () => new Rooms(hashes),
  restore: () => new RoomsRestore(hashes),
})

/** The waiting rooms of a partition. A draw goes on beside the commands, a bit at a time. */
export class Rooms implements Streams {
  readonly set: StreamSet<RoomState>

  constructor(private readonly hashes: Hashes) {
    const leftOver = (state: RoomState, now: number, limit: number) => nextDrawn(state, now, limit, hashes)
    this.set = new StreamSet<RoomState>({
      nextDeadline: nextRoomDeadline,
      due(state, now, limit) {
        const due = dueInRoom(state, now, limit)
        return due.length > 0 ? due : leftOver(state, now, limit)
      },
      hasLeftOver: isDrawing,
      leftOver,
    })
  }

  get size(): number {
    return this.set.size
  }

  get(showId: string): { readonly state: RoomState; readonly version: number } | null {
    return this.set.get(showId) ?? null
  }

  versionOf(showId: string): number {
    return this.set.get(showId)?.version ?? 0
  }

  knows(commandType: string): boolean {
    return Object.hasOwn(roomCommands, commandType)
  }

  isEvent(event: JournalEvent): event is RoomEvent {
    return Object.hasOwn(roomEvents, event.type)
  }

  missingPlan(): null {
    return null
  }

  dueBefore(showId: string, now: number, limit: number): RoomEvent[] {
    const room = this.set.get(showId)
    return room ? dueInRoom(room.state, now, limit) : []
  }

  decide(command: DomainCommand, now: number): Decision<RoomEvent> {
    const room = command as RoomCommand
    return decideInRoom(this.set.get(room.data.showId)?.state ?? null, room, now, this.hashes)
  }

  take(event: DomainEvent): void {
    const { showId } = event.data
    this.set.evolved(showId, evolveRoom(this.set.get(showId)?.state ?? null, event as RoomEvent, this.hashes))
  }

  nextDeadline(): number | null {
    return this.set.nextDeadline()
  }

  due(now: number, limit: number): DecidedRecord[] {
    return this.set.due(now, limit)
  }

  leftOver(now: number, limit: number): DecidedRecord[] {
    return this.set.leftOver(now, limit)
  }

  describe(): unknown[] {
    const plain = (part: SnapshotPart) => ('words' in part ? { ...part, words: [...part.words] } : part)
    return [...this.parts()].map(plain)
  }

  parts(): Iterable<SnapshotPart> {
    const head: SnapshotPart = { part: 'rooms', rooms: this.set.size, drawing: this.set.withLeftOver }
    return [head, ...this.set.inOrder().flatMap(([, { state, version }]) => [...roomParts(state, version)])]
  }
}

class RoomsRestore implements StreamsRestore<Rooms> {
  private readonly rooms: Rooms
  private head: Extract<SnapshotPart, { part: 'rooms' }> | null = null
  private room: { id: string; restore: RoomRestore; version: number } | null = null

  constructor(hashes: Hashes) {
    this.rooms = new Rooms(hashes)
  }

  missingPlan(): null {
    return null
  }

  take(part: SnapshotPart): void {
    if (part.part === 'rooms') {
      if (this.head) throw new SnapshotError('the rooms twice')
      this.head = part
    } else if (part.part === 'room') {
      this.finishRoom()
      const { showId } = part.scheduled
      if (this.rooms.get(showId)) throw new SnapshotError(`room ${showId} twice`)
      this.room = { id: showId, restore: new RoomRestore(part), version: part.version }
    } else if (
      this.room &&
      (part.part === 'room-column' || part.part === 'room-away' || part.part === 'room-admissions')
    ) {
      this.room.restore.take(part)
    } else throw new SnapshotError(`${part.part} of no room`)
  }

  finish(): Rooms {
    this.finishRoom()
    const { rooms, head } = this
    if (!head) throw new SnapshotError('its rooms are missing')
    if (rooms.size !== head.rooms) throw new SnapshotError(`${rooms.size} rooms, not ${head.rooms}`)
    for (const id of head.drawing) {
      if (!rooms.get(id)) throw new SnapshotError(`there is no room ${id}`)
      rooms.set.putLeftOver(id)
    }
    return rooms
  }

  private finishRoom(): void {
    if (!this.room) return
    const { id, restore, version } = this.room
    this.rooms.set.put(id, { state: restore.finish(), version })
    this.room = null
  }
}

import type { ShowCommand } from '../show/commands.js'
import type { ShowEvent } from '../show/events.js'
import type { Decision } from '../show/rejections.js'
import type { RoomCommand } from '../waiting-room/commands.js'
import type { RoomEvent } from '../waiting-room/events.js'
import type { DecidedRecord, JournalEvent } from './records.js'
import type { SnapshotPart } from './snapshot.js'

export type DomainCommand = ShowCommand | RoomCommand
export type DomainEvent = ShowEvent | RoomEvent

/** What a partition decides about: the streams of one kind. Its records beside those (claims, refusals, repetitions) are the partition's own. */
export interface Streams {
  readonly size: number
  /** Of the stream's last event, 0 before the first. */
  versionOf(id: string): number
  /** Whether it decides commands of this type (`HoldSeats`). */
  knows(commandType: string): boolean
  isEvent(event: JournalEvent): event is DomainEvent
  /** The hash of a plan that must be at hand before the command is decided, or the event taken; null where none is missing. */
  missingPlan(type: string | null, data: unknown): string | null
  /** What time caused of the stream and comes before a command that is decided at `now`, `limit` events at most. */
  dueBefore(id: string, now: number, limit: number): DomainEvent[]
  /** Changes nothing, like all but `take`. */
  decide(command: DomainCommand, now: number): Decision<DomainEvent>
  /** Applies the next event of its stream. Throws ContradictionError, with nothing changed, where it can't follow. */
  take(event: DomainEvent): void
  /** When time next causes an event of any stream, UTC ms; null: never. */
  nextDeadline(): number | null
  /** What is due at `now`, `limit` records at most, the stream with the earliest deadline first. */
  due(now: number, limit: number): DecidedRecord[]
  /** What is left to do beside the commands, whatever the time, `limit` records at most. */
  leftOver(now: number, limit: number): DecidedRecord[]
  /** All of the state as plain data, in one canonical order. */
  describe(): unknown[]
  /** All of the state, as it is now, in parts that can be stored, in one canonical order. */
  parts(): Iterable<SnapshotPart>
}

/** How a partition comes to its streams. */
export interface StreamsKind<Held extends Streams = Streams> {
  open(): Held
  restore(): StreamsRestore<Held>
}

/** Takes the parts that `parts` gave, in their order. Throws SnapshotError on parts that contradict each other. */
export interface StreamsRestore<Held extends Streams = Streams> {
  missingPlan(part: SnapshotPart): string | null
  take(part: SnapshotPart): void
  finish(): Held
}

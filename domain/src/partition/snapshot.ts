import type { IdempotencyTable, Outcome } from '../idempotency/idempotency.js'
import type { ShowPart } from '../show/snapshot-show.js'
import type { RoomPart } from '../waiting-room/snapshot-room.js'
import type { Streams } from './streams.js'

/**
 * Of the parts' form, and of what the fold makes of a journal. Raise it with every change of either: code of another version passes over
 * the snapshot and folds the journal.
 */
export const foldVersion = 4

/** Everything that a partition knows. */
export interface PartitionState<Held extends Streams = Streams> {
  streams: Held
  keys: IdempotencyTable
  position: number
  journalOffset: number
  logTime: number
  claimId: string | null
}

/** A piece of a partition's state: JSON, but for keys and columns, whose words are to be stored as they are. */
export type SnapshotPart =
  | {
      part: 'partition'
      partition: number
      position: number
      journalOffset: number
      logTime: number
      claimId: string | null
      keys: Record<Outcome, { size: number; evictions: number }>
    }
  | {
      part: 'shows'
      shows: number
      /** Ids of cancelled shows with reservations left, the next one first. */
      windingDown: string[]
    }
  | ShowPart
  | {
      part: 'rooms'
      rooms: number
      /** Ids of rooms whose draw is under way, the next one first. */
      drawing: string[]
    }
  | RoomPart
  | { part: 'keys'; outcome: Outcome; words: Uint32Array }

const keysEach = 4_096
export const outcomes = ['accepted', 'rejected'] as const satisfies Outcome[]

/** `partition` first, then the keys, oldest first, then the streams: all as they are now. */
export function snapshotParts(partition: number, state: PartitionState): Iterable<SnapshotPart> {
  const { streams, keys, position, journalOffset, logTime, claimId } = state
  const of = (outcome: Outcome) => ({ size: keys.sizeOf(outcome), evictions: keys.evictionsOf(outcome) })
  const head: SnapshotPart = {
    ...{ part: 'partition', partition, position, journalOffset, logTime, claimId },
    keys: { accepted: of('accepted'), rejected: of('rejected') },
  }
  const words = outcomes.flatMap((outcome) =>
    keys.words(outcome, keysEach).map((words): SnapshotPart => ({ part: 'keys', outcome, words })),
  )
  return inTurn<SnapshotPart>([[head], words, streams.parts()])
}

export function* inTurn<Part>(all: Iterable<Iterable<Part>>): Generator<Part> {
  for (const one of all) yield* one
}

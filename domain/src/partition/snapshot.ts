import type { IdempotencyTable, Outcome } from '../idempotency/idempotency.js'
import type { ShowPart } from '../show/snapshot-show.js'
import type { RoomPart } from '../waiting-room/snapshot-room.js'
import type { Streams } from './streams.js'

/**
 * Of the parts' form, and of what the fold makes of a journal. Raise it with every change of either: code of another version passes over
 * the snapshot and folds the journal.
 */
export const foldVersion = 3

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

/** `partition` first, then the keys, oldest first, then the streams. */
export function* snapshotParts(partition: number, state: PartitionState): Generator<SnapshotPart> {
  const { streams, keys, position, journalOffset, logTime, claimId } = state
  const of = (outcome: Outcome) => ({ size: keys.sizeOf(outcome), evictions: keys.evictionsOf(outcome) })
  yield {
    ...{ part: 'partition', partition, position, journalOffset, logTime, claimId },
    keys: { accepted: of('accepted'), rejected: of('rejected') },
  }
  for (const outcome of outcomes) {
    for (const words of keys.words(outcome, keysEach)) yield { part: 'keys', outcome, words }
  }
  yield* streams.parts()
}

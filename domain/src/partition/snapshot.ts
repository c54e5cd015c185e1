import type { IdempotencyTable, Outcome } from '../idempotency/idempotency.js'
import { type ShowPart, showParts } from '../show/snapshot-show.js'
import type { Shows } from './shows.js'

/**
 * Of the parts' form, and of what the fold makes of a journal. Raise it with every change of either: code of another version passes over
 * the snapshot and folds the journal.
 */
export const foldVersion = 1

/** Everything that a partition knows. */
export interface PartitionState {
  shows: Shows
  keys: IdempotencyTable
  position: number
  journalOffset: number
  logTime: number
  claimId: string | null
}

/** A piece of a partition's state: JSON, but for the keys, whose words are to be stored as they are. */
export type SnapshotPart =
  | {
      part: 'partition'
      partition: number
      position: number
      journalOffset: number
      logTime: number
      claimId: string | null
      shows: number
      /** Ids of cancelled shows with reservations left, the next one first. */
      windingDown: string[]
      keys: Record<Outcome, { size: number; evictions: number }>
    }
  | ShowPart
  | { part: 'keys'; outcome: Outcome; words: Uint32Array }

const keysEach = 4_096
export const outcomes = ['accepted', 'rejected'] as const satisfies Outcome[]

/** `partition` first, then the keys, oldest first, then the shows by their ids, each with its reservations. */
export function* snapshotParts(partition: number, state: PartitionState): Generator<SnapshotPart> {
  const { shows, keys, position, journalOffset, logTime, claimId } = state
  const of = (outcome: Outcome) => ({ size: keys.sizeOf(outcome), evictions: keys.evictionsOf(outcome) })
  yield {
    ...{ part: 'partition', partition, position, journalOffset, logTime, claimId },
    shows: shows.size,
    windingDown: shows.inWindDown,
    keys: { accepted: of('accepted'), rejected: of('rejected') },
  }
  for (const outcome of outcomes) {
    for (const words of keys.words(outcome, keysEach)) yield { part: 'keys', outcome, words }
  }
  const all = [...shows.all()].sort((a, b) => (a.state.terms.showId < b.state.terms.showId ? -1 : 1))
  for (const { state: show, version } of all) yield* showParts(show, version)
}

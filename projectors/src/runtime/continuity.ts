import type { JournalRecord } from '@onsale/platform/log'
import { schemas } from '@onsale/schemas'

/** Where a projection stands in a partition's journal, besides the offset. */
export interface Continuity {
  /** Offset of the command that the last event answered; null before the first. */
  commandOffset: number | null
  /** Last version seen of each stream; a stream without an entry has not been seen. */
  streamVersions: ReadonlyMap<string, number>
}

export type BreakReason = 'unknown-type' | 'not-in-a-stream' | 'stream-gap' | 'command-gap'

/** Something does not follow from what came before. `missing` counts the events that a gap leaves out (0 where it is no gap). */
export interface Break {
  reason: BreakReason
  detail: string
  missing: number
}

/** Null where the event is the one that had to come next. */
export function checkContinuity(event: JournalRecord, before: Continuity): Break | null {
  const kind = schemas.get(event.name)?.kind
  if (kind !== 'event' && kind !== 'journal') return broken('unknown-type', `${event.name} is not known here`)
  if (kind === 'event') {
    if (event.subject === null || event.streamVersion === null)
      return broken('not-in-a-stream', `${event.name} without stream or version`)
    const expected = (before.streamVersions.get(event.subject) ?? 0) + 1
    if (event.streamVersion !== expected)
      return broken(
        'stream-gap',
        `version ${event.streamVersion} of ${event.subject} where ${expected} had to come`,
        event.streamVersion - expected,
      )
  }
  const last = before.commandOffset
  if (event.commandOffset !== null && last !== null) {
    if (event.commandOffset !== last && event.commandOffset !== last + 1)
      return broken(
        'command-gap',
        `an answer to command ${event.commandOffset} where ${last} or ${last + 1} had to come`,
        event.commandOffset - last - 1,
      )
  }
  return null
}

const broken = (reason: BreakReason, detail: string, missing = 0): Break => ({
  reason,
  detail,
  missing: Math.max(0, missing),
})

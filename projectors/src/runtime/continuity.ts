import { schemas } from '@onsale/schemas'

/** What headers and name say of a record, whether its value can be decoded or not. */
export interface RecordFacts {
  /** Full record name: of the value, or as its header says where that cannot be decoded. */
  name: string | null
  subject: string | null
  streamVersion: number | null
  commandOffset: number | null
}

/** Something does not follow from what came before. `missing` counts the events that a gap leaves out (0 where it is no gap). */
export interface Break {
  reason: BreakReason
  detail: string
  missing: number
}

export type BreakReason = 'unknown-type' | 'not-in-a-stream' | 'stream-gap' | 'command-gap'

/** As long as a stream's id may be; a longer subject names none. */
const longestStream = 80
const journalNamespace = 'onsale.journal.'

/**
 * The stream that a record belongs to; null where it belongs to none. Journal records (claims, rejections, repetitions) are
 * the partition's own, whatever show they are about.
 */
export function streamOf({ name, subject, streamVersion }: RecordFacts): string | null {
  if (subject === null || subject.length === 0 || subject.length > longestStream) return null
  if (name?.startsWith(journalNamespace)) return null
  return name === null && streamVersion === null ? null : subject
}

/** Null where the record answers the command that had to come next, or none. Holds for every record, parked or not. */
export function checkCommands({ commandOffset }: RecordFacts, last: number | null): Break | null {
  if (commandOffset === null || last === null || commandOffset === last || commandOffset === last + 1) return null
  return broken(
    'command-gap',
    `an answer to command ${commandOffset} where ${last} or ${last + 1} had to come`,
    commandOffset - last - 1,
  )
}

/**
 * Null where the event is one that is known here, and the one that had to come next in its stream.
 * @param last version applied last, 0 before the first
 * @param mayFollow version that an operator dropped: the next event may follow that one as well
 */
export function checkStream(facts: RecordFacts, last: number, mayFollow: number | null): Break | null {
  const kind = schemas.get(facts.name ?? '')?.kind
  if (kind === 'journal') return null
  if (kind !== 'event') return broken('unknown-type', `${facts.name} is not known here`)
  const { name, subject, streamVersion } = facts
  if (streamOf(facts) === null || streamVersion === null)
    return broken('not-in-a-stream', `${name} without stream or version`)
  if (streamVersion === last + 1 || (mayFollow !== null && mayFollow > last && streamVersion === mayFollow + 1))
    return null
  return broken(
    'stream-gap',
    `version ${streamVersion} of ${subject} where ${last + 1} had to come`,
    streamVersion - last - 1,
  )
}

const broken = (reason: BreakReason, detail: string, missing = 0): Break => ({
  reason,
  detail,
  missing: Math.max(0, missing),
})

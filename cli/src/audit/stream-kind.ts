import type { DecodedEntry } from './log-entry.js'
import type { PlanFacts } from './plan-shelf.js'
import type { Journal, ReportAt } from './violation.js'

export const journalName = {
  claimed: 'onsale.journal.OwnerClaimed',
  rejected: 'onsale.journal.CommandRejected',
  repeated: 'onsale.journal.CommandRepeated',
} as const

export const isOfJournal = (name: string) => (Object.values(journalName) as string[]).includes(name)

/** Recounts one stream. */
export interface StreamCount {
  apply(entry: DecodedEntry, planOf: (hash: string) => PlanFacts | null): void
  /** To be called when the log has been read. @param readAt UTC ms */
  finish(readAt: number): void
}

/** What differs between the journal of shows and that of their waiting rooms. */
export interface StreamKind<Count extends StreamCount> {
  readonly journal: Journal
  isEvent(name: string): boolean
  /** Of an event: log time, UTC ms; null where it carries none. */
  timeOf(name: string, data: unknown): number | null
  /** Whether time alone causes such an event: no command asks for it. */
  isDue(entry: DecodedEntry): boolean
  open(showId: string, report: ReportAt): Count
}

/** UTC ms; null for records that carry no log time: OwnerClaimed's is its owner's wall clock. */
export function logTimeOf(kind: StreamKind<StreamCount>, name: string, data: unknown): number | null {
  if (name === journalName.rejected || name === journalName.repeated) return (data as { decidedAt: number }).decidedAt
  return kind.timeOf(name, data)
}

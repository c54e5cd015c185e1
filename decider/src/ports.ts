import type { PlanIndex } from '@onsale/domain'
import type { CountedRecord, OwnedRecord, ParkedRecord, RawRecord } from '@onsale/platform/log'

/** What an owner needs of the world; platform/log implements it over Kafka, the simulator over its own log. */
export interface OwnerPorts {
  /** Resolves when the group has confirmed, after the call, that the partition is ours to try; rejects when the signal aborts. */
  confirmed(signal: AbortSignal): Promise<void>
  /** Opens the partition's transactional producer; its first append fences the one before. */
  openLog(): Promise<{
    append(records: OwnedRecord[], parked?: ParkedRecord[]): Promise<{ baseOffset: number }>
    close(): Promise<void>
  }>
  /**
   * Reads what counts in the journal, from a place in it, until `onRecords` answers true. It also comes with no records, where
   * others were passed over. The end is the log's (exclusive), as the broker knew it.
   * @throws what `onRecords` throws; where the signal aborts; where the log cannot be read on
   */
  readJournal(
    from: { offset: number; claimId: string | null },
    onRecords: (records: CountedRecord[], place: { nextOffset: number; endOffset: number }) => Promise<boolean>,
    signal: AbortSignal,
  ): Promise<void>
  /** Start (first offset still there) and end (one past the last) of the partition's commands. */
  commandEnds(): Promise<{ start: number; end: number }>
  /** Hands on commands from `offset`, in order, until unfeed. */
  feed(offset: number, take: (records: RawRecord[]) => void): void
  unfeed(): void
  pause(): void
  resume(): void
}

export interface Plans {
  get(planHash: string): PlanIndex | null
  /** Reads the plans topic to its end as of the call. */
  catchUp(): Promise<void>
}

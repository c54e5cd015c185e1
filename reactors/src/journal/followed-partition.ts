import { type FoldableRecord, Partition, type Streams, type StreamsKind } from '@onsale/domain'
import { type Codec, RegistryUnavailableError } from '@onsale/platform/codec'
import { type CountedRecord, decodeJournal, header, headerText, type JournalBatch } from '@onsale/platform/log'
import type { Logger } from 'pino'

export interface FollowedRecord extends FoldableRecord {
  /** `ce_id` of the command that caused it; null where time did. */
  causationId: string | null
}

export interface FollowedPartitionOptions<Held extends Streams> {
  partition: number
  streams: StreamsKind<Held>
  codec: Codec
  /** Everything in the log of plans is known when it resolves. */
  catchUpPlans(): Promise<void>
  /** It was folded just now. */
  onRecord(record: FollowedRecord): void
  /** As much as there was is folded. */
  onBatch(): void
  /** The log's end (exclusive) when reading began: before it is reached nothing is known. */
  end: number
  /** Lets others have the event loop. */
  nextTurn(): Promise<unknown>
  logger: Logger
}

/** After so many records the event loop has its turn: heartbeats must not wait for a long fold. */
const recordsEachTurn = 256

/**
 * One partition's journal, folded by the code that its owner folds it with, from the log's beginning. It keeps nothing: a process that dies
 * folds again.
 */
export class FollowedPartition<Held extends Streams> {
  private readonly partition: Partition<Held>
  private readTo = 0
  private logEnd: number
  private broken: Error | null = null

  constructor(private readonly options: FollowedPartitionOptions<Held>) {
    this.partition = new Partition<Held>({ partition: options.partition, streams: options.streams })
    this.logEnd = options.end
  }

  get streams(): Held {
    return this.partition.streams
  }

  /** UTC ms; 0 before the first record. */
  get logTime(): number {
    return this.partition.logTime
  }

  /** Whether everything was folded that was there when reading began. */
  get isReady(): boolean {
    return this.readTo >= this.options.end && this.broken === null
  }

  /** Why it goes no further; a restart under code that can fold it is needed. */
  get failure(): Error | null {
    return this.broken
  }

  /** Records that are not folded yet. */
  get behind(): number {
    return Math.max(0, this.logEnd - this.readTo)
  }

  /** @throws RegistryUnavailableError: the same batch is to come again; what was folded of it is not folded twice */
  async take({ records, cursor, endOffset }: JournalBatch): Promise<void> {
    if (this.broken) return
    this.logEnd = endOffset
    for (const [at, record] of records.entries()) {
      await this.fold(record)
      if (this.broken) return
      if (at % recordsEachTurn === recordsEachTurn - 1) await this.options.nextTurn()
    }
    this.readTo = cursor.offset
    this.options.onBatch()
  }

  private async fold(record: CountedRecord): Promise<void> {
    const { codec, catchUpPlans, onRecord, logger } = this.options
    try {
      const journal = await decodeJournal(codec, record)
      const foldable = { ...journal, bodyHash: headerText(record, header.bodyHash) }
      if (this.partition.missingPlan(foldable)) await catchUpPlans()
      if (this.partition.fold(foldable)) onRecord(foldable)
    } catch (error) {
      if (error instanceof RegistryUnavailableError) throw error
      this.broken = error as Error
      logger.error({ err: error, partition: record.partition, offset: record.offset }, 'the journal cannot be folded')
    }
  }
}

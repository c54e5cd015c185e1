import type { Streams, StreamsKind } from '@onsale/domain'
import type { Codec } from '@onsale/platform/codec'
import { type LogReader, logEnds, startJournalReader } from '@onsale/platform/log'
import type { Ids, Timers } from '@onsale/platform/ports'
import type { Admin, Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import { FollowedPartition, type FollowedRecord } from './followed-partition.js'
import { Touched } from './touched.js'

export interface FollowedJournalOptions<Held extends Streams> {
  kafka: Kafka
  admin: Admin
  /** An events topic. */
  topic: string
  /** Shows in the broker's list of groups. */
  name: string
  codec: Codec
  streams: StreamsKind<Held>
  catchUpPlans(): Promise<void>
  /** Was folded just now. */
  onRecord(partition: number, record: FollowedRecord): void
  /** A batch is folded; these streams are no longer what they were. */
  onTouched(partition: number, showIds: Set<string>): void
  onIgnored(count: number, partition: number): void
  /** It can't be read any further, whatever is waited for. */
  onFailed(error: Error): void
  timers: Timers
  ids: Ids
  /** Lets others have the event loop. */
  nextTurn(): Promise<unknown>
  logger: Logger
}

/** Partitions of a journal, followed under the reader rule, each from its beginning; more of them may come. */
export class FollowedJournal<Held extends Streams> {
  private readonly partitions = new Map<number, FollowedPartition<Held>>()
  private readonly readers: LogReader[] = []

  constructor(private readonly options: FollowedJournalOptions<Held>) {}

  get followed(): [number, FollowedPartition<Held>][] {
    return [...this.partitions]
  }

  get(partition: number): FollowedPartition<Held> | null {
    return this.partitions.get(partition) ?? null
  }

  /** What stands in the way of knowing all of it. */
  unready(label: string): string[] {
    return this.followed.flatMap(([partition, { isReady, failure, behind }]) => {
      if (failure) return [`${label}-${partition} cannot be folded: ${failure.message}`]
      return isReady ? [] : [`waiting for ${label}-${partition}: ${behind} records behind`]
    })
  }

  /** From now on these too. @throws where the broker does not answer; then none of those that are new is followed yet */
  async follow(partitions: readonly number[]): Promise<void> {
    const added = partitions.filter((partition) => !this.partitions.has(partition))
    if (added.length === 0) return
    const { kafka, admin, topic, name, timers, ids, logger, onIgnored } = this.options
    const ends = await logEnds(admin, topic)
    for (const partition of added) this.partitions.set(partition, this.open(partition, ends.get(partition)?.end ?? 0))
    const reader = await startJournalReader({
      ...{ kafka, topic, name, timers, ids, logger, onIgnored },
      cursors: added.map((partition) => ({ partition, offset: 0, claimId: null })),
      onBatch: async (batch) => this.partitions.get(batch.partition)?.take(batch),
    })
    this.readers.push(reader)
    void reader.failed.then(this.options.onFailed)
  }

  async stop(): Promise<void> {
    await Promise.all(this.readers.map((reader) => reader.stop()))
  }

  private open(partition: number, end: number): FollowedPartition<Held> {
    const { codec, streams, catchUpPlans, onRecord, onTouched, nextTurn, logger } = this.options
    const touched = new Touched((showIds) => onTouched(partition, showIds))
    return new FollowedPartition({
      ...{ partition, end, streams, codec, catchUpPlans, nextTurn, logger },
      onRecord(record) {
        onRecord(partition, record)
        touched.see(record)
      },
      onBatch: () => touched.settle(),
    })
  }
}

import { AssignerProtocol, type Consumer, type EachBatchPayload, type Kafka, type PartitionAssigner } from 'kafkajs'
import type { Logger } from 'pino'
import { systemTimers, type Timers } from '../ports/index.js'
import { aborted, toRawRecord } from './log-reader.js'
import type { RawRecord } from './records.js'
import { stickyAssignment } from './sticky-assignment.js'

export interface PartitionGroupOptions {
  kafka: Kafka
  topic: string
  groupId: string
  logger: Logger
  timers?: Timers
  /** The group gave us this partition; until `revoked` we may own it. Not called again for one that we keep. */
  onAssigned(partition: number): void
  /** The partition went to somebody else, or we lost touch with the group. */
  onRevoked(partition: number): void
  sessionTimeoutMs?: number
  heartbeatMs?: number
}

interface Feed {
  /** Next offset to hand on. */
  offset: number
  /** Asked for by the one fed; a consumer that replaces a crashed one must be told again. */
  paused: boolean
  take(records: RawRecord[], endOffset: number): void
}

/**
 * Membership in the group of deciders, and the commands of the partitions that it gives us. Membership only says who should
 * try: who owns is settled by fence and claim in the log. Offsets are the owner's affair; the group's are not used.
 */
export class PartitionGroup {
  private readonly assigned = new Set<number>()
  private readonly feeds = new Map<number, Feed>()
  private readonly beats = new Set<() => void>()
  private readonly stopping = new AbortController()
  private readonly timers: Timers
  /** The consumer from its first join to its end: kafkajs throws on seek, pause and resume before and after. */
  private consumer: Consumer | null = null
  private running: Promise<void> = Promise.resolve()
  private joined = false

  constructor(private readonly options: PartitionGroupOptions) {
    this.timers = options.timers ?? systemTimers
  }

  /** In the group, and in touch with it. */
  get isMember(): boolean {
    return this.joined
  }

  get partitions(): number[] {
    return [...this.assigned]
  }

  start(): void {
    this.running = this.supervise()
  }

  /** Leaves the group, so that the others take over at once. */
  async stop(): Promise<void> {
    this.stopping.abort()
    await this.running
  }

  /**
   * Resolves when the group has confirmed us after this call. An owner that was fenced asks before it claims again: if it is the stale
   * one of two, it learns here that the partition is another's, instead of fencing the rightful owner in turn.
   */
  confirmed(): Promise<void> {
    return new Promise((resolve) => {
      const beat = () => {
        this.beats.delete(beat)
        resolve()
      }
      this.beats.add(beat)
    })
  }

  /** Hands on the partition's commands from `offset`, in order. `take` must not block; use pause and resume. */
  feed(partition: number, offset: number, take: Feed['take']): void {
    this.feeds.set(partition, { offset, paused: false, take })
    this.direct(partition)
  }

  unfeed(partition: number): void {
    this.feeds.delete(partition)
    this.hold(partition)
  }

  /** Has no effect, like resume, on a partition that is not fed; both outlast the consumer. */
  pause(partition: number): void {
    const feed = this.feeds.get(partition)
    if (!feed) return
    feed.paused = true
    this.hold(partition)
  }

  resume(partition: number): void {
    const feed = this.feeds.get(partition)
    if (!feed) return
    feed.paused = false
    this.release(partition)
  }

  /** Tells the consumer where the feed goes on, if it does. Without a consumer nothing is to be done: the next join directs it. */
  private direct(partition: number): void {
    const feed = this.feeds.get(partition)
    if (feed && this.assigned.has(partition)) {
      this.consumer?.seek({ topic: this.options.topic, partition, offset: String(feed.offset) })
    }
    if (feed && !feed.paused) this.release(partition)
    else this.hold(partition)
  }

  private hold(partition: number): void {
    if (this.assigned.has(partition)) this.consumer?.pause([{ topic: this.options.topic, partitions: [partition] }])
  }

  private release(partition: number): void {
    if (this.assigned.has(partition)) this.consumer?.resume([{ topic: this.options.topic, partitions: [partition] }])
  }

  private async supervise(): Promise<void> {
    const { logger, topic, groupId } = this.options
    for (let pauseMs = 20; !this.stopping.signal.aborted; pauseMs = Math.min(pauseMs * 2, 500)) {
      let crashed: () => void = () => {}
      const crash = new Promise<void>((resolve) => {
        crashed = resolve
      })
      const consumer = this.options.kafka.consumer({
        groupId,
        partitionAssigners: [this.assigner()],
        sessionTimeout: this.options.sessionTimeoutMs ?? 3_000,
        heartbeatInterval: this.options.heartbeatMs ?? 300,
        rebalanceTimeout: 3_000,
        maxWaitTimeInMs: 100,
        readUncommitted: false,
        retry: { initialRetryTime: 20, maxRetryTime: 300, retries: 4, restartOnFailure: async () => false },
      })
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        this.consumer = consumer
        this.onJoin(payload.memberAssignment[topic] ?? [])
      })
      consumer.on(consumer.events.STOP, () => {
        this.consumer = null
      })
      consumer.on(consumer.events.HEARTBEAT, () => {
        for (const beat of this.beats) beat()
      })
      consumer.on(consumer.events.CRASH, () => crashed())
      try {
        await consumer.connect()
        await consumer.subscribe({ topic, fromBeginning: true })
        await consumer.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          partitionsConsumedConcurrently: 16,
          eachBatch: (batch) => this.onBatch(batch),
        })
        await Promise.race([crash, aborted(this.stopping.signal)])
        pauseMs = 20
      } catch (error) {
        logger.warn({ err: error, groupId }, 'waiting for kafka')
      }
      this.joined = false
      this.consumer = null
      // Out of the group: whoever takes over fences us. Our owners go on until then, or until they are revoked below.
      await consumer.disconnect().catch(() => {})
      await this.timers.sleep(pauseMs, this.stopping.signal)
    }
    this.onJoin([])
    this.joined = false
  }

  private onJoin(partitions: number[]): void {
    this.joined = true
    const now = new Set(partitions)
    for (const partition of [...this.assigned]) {
      if (now.has(partition)) continue
      this.assigned.delete(partition)
      this.feeds.delete(partition)
      this.options.onRevoked(partition)
    }
    for (const partition of partitions) {
      const kept = this.assigned.has(partition)
      this.assigned.add(partition)
      this.direct(partition)
      if (!kept) this.options.onAssigned(partition)
    }
  }

  private async onBatch({ batch, resolveOffset }: EachBatchPayload): Promise<void> {
    const feed = this.feeds.get(batch.partition)
    if (!feed) return this.hold(batch.partition)
    const records = batch.messages
      .map((message) => toRawRecord(batch.topic, batch.partition, message))
      .filter(({ offset }) => offset >= feed.offset)
    const last = records.at(-1)
    if (last) feed.offset = last.offset + 1
    resolveOffset(batch.lastOffset())
    feed.take(records, Number(batch.highWatermark))
  }

  private assigner(): PartitionAssigner {
    const { topic } = this.options
    return ({ cluster }) => ({
      name: 'onsale-sticky',
      version: 1,
      assign: async ({ members }) => {
        const partitions = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId)
        const shares = stickyAssignment(
          partitions.sort((a, b) => a - b),
          members.map(({ memberId, memberMetadata }) => ({ memberId, owned: ownedBy(memberMetadata) })),
        )
        return [...shares].map(([memberId, mine]) => ({
          memberId,
          memberAssignment: AssignerProtocol.MemberAssignment.encode({
            version: 1,
            assignment: { [topic]: mine },
            userData: Buffer.alloc(0),
          }),
        }))
      },
      protocol: ({ topics }) => ({
        name: 'onsale-sticky',
        metadata: AssignerProtocol.MemberMetadata.encode({
          version: 1,
          topics,
          userData: Buffer.from(JSON.stringify([...this.assigned])),
        }),
      }),
    })
  }
}

function ownedBy(memberMetadata: Buffer): number[] {
  const userData = AssignerProtocol.MemberMetadata.decode(memberMetadata)?.userData
  return userData && userData.length > 0 ? (JSON.parse(userData.toString('utf8')) as number[]) : []
}

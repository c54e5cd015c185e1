import type { Admin, Consumer, EachBatchPayload, Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import { systemTimers, type Timers } from '../ports/index.js'
import { groupProtocol, membersOf } from './group-protocol.js'
import { aborted, toRawRecord } from './log-reader.js'
import type { RawRecord } from './records.js'
import { type GroupMember, type Placed, type Standby, standbyAssignment } from './sticky-assignment.js'
import { joinAgain } from './wire/join-again.js'

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
  /** Partitions that this process follows closely enough to serve them at once; without it, it takes any. */
  warm?(): readonly number[]
  /** Partitions that this process should follow, so that it is warm when it gets them. */
  onStandby?(partitions: readonly number[]): void
  /** What operators call this process, and where they want partitions to be; asked whenever it matters. */
  name?: string
  placed?(): Placed
  sessionTimeoutMs?: number
  heartbeatMs?: number
}

/**
 * How long the group waits for a sign of life before it gives a member's partitions away. A stall of a second (a long collection, a
 * paused virtual machine) is survived; whoever is given up wrongly is fenced by the log, not by this.
 */
const sessionTimeoutMs = 1_500
/** Also how soon a member learns that another has left. */
const heartbeatMs = 200
/**
 * A member that has had no sign of its membership for so long joins as a new one. kafkajs forgets to: where the group does not know it any
 * more and joining again fails (a lost connection), it reads on without being a member, and sends no heartbeat that could tell it. Longer
 * than a session and a rebalance together.
 */
const silentMs = 5_000
/** First pause before a member asks again who has what. */
const lookAgainMs = 100
/** How often a member that is to get partitions looks whether it is warm for them. */
const warmPollMs = 100

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
  /** Ends the membership that there is; another one follows. */
  private leave: () => void = () => {}
  private resting: Promise<void> | null = null
  private joined = false
  private memberId: string | null = null
  /** Of our membership: ends with each join. */
  private generation = new AbortController()
  private allPartitions: number[] = []
  private admin: Admin | null = null

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

  /** Gives all its partitions away and leaves the group; joins again when `over` resolves. */
  rest(over: Promise<void>): void {
    this.resting = this.resting ? Promise.all([this.resting, over]).then(() => {}) : over
    this.leave()
  }

  /** Where partitions are to be has changed: looks anew at what to follow. `all`: how many there are may have changed, too. */
  look(all = false): void {
    if (!this.joined || this.memberId === null) return
    if (all) joinAgain(this.memberId)
    else this.standBy(this.memberId, this.leave)
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
      this.leave = crashed
      const consumer = this.options.kafka.consumer({
        groupId,
        partitionAssigners: [
          groupProtocol(topic, (all) => {
            this.allPartitions = all
            return this.said()
          }),
        ],
        sessionTimeout: this.options.sessionTimeoutMs ?? sessionTimeoutMs,
        heartbeatInterval: this.options.heartbeatMs ?? heartbeatMs,
        rebalanceTimeout: 3_000,
        maxWaitTimeInMs: 100,
        readUncommitted: false,
        retry: { initialRetryTime: 20, maxRetryTime: 300, retries: 4, restartOnFailure: async () => false },
      })
      let heard = false
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        heard = true
        this.consumer = consumer
        this.onJoin(payload.memberAssignment[topic] ?? [])
        this.memberId = payload.memberId
        this.standBy(payload.memberId, crashed)
      })
      consumer.on(consumer.events.STOP, () => {
        this.consumer = null
      })
      consumer.on(consumer.events.HEARTBEAT, () => {
        heard = true
        for (const beat of this.beats) beat()
      })
      consumer.on(consumer.events.CRASH, () => crashed())
      const over = new AbortController()
      const watch = async () => {
        do {
          heard = false
          if (!(await this.timers.sleep(silentMs, over.signal))) return
        } while (heard)
        logger.warn({ groupId }, 'no sign of the group: joining anew')
        crashed()
      }
      try {
        await consumer.connect()
        await consumer.subscribe({ topic, fromBeginning: true })
        await consumer.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          partitionsConsumedConcurrently: 16,
          eachBatch: (batch) => this.onBatch(batch),
        })
        void watch()
        await Promise.race([crash, aborted(this.stopping.signal)])
        pauseMs = 20
      } catch (error) {
        logger.warn({ err: error, groupId }, 'waiting for kafka')
      }
      over.abort('out of the group')
      this.consumer = null
      // Out of the group: whoever takes over fences us. Our owners go on until then, or until they are revoked below.
      this.generation.abort()
      if (this.resting) this.onJoin([])
      this.joined = false
      await consumer.disconnect().catch(() => {})
      while (this.resting && !this.stopping.signal.aborted) {
        const rest: Promise<void> = this.resting
        await Promise.race([rest, aborted(this.stopping.signal)])
        // Another reason may have come meanwhile.
        if (this.resting === rest) this.resting = null
      }
      await this.timers.sleep(pauseMs, this.stopping.signal)
    }
    this.onJoin([])
    this.joined = false
    await this.admin?.disconnect().catch(() => {})
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

  /**
   * Finds out what to follow, from what the group says of all its members. A member that has nothing and is to get something joins anew
   * once it is warm: it has nothing to lose by it.
   */
  private standBy(memberId: string, joinAnew: () => void): void {
    this.generation.abort()
    const { logger } = this.options
    if (!this.options.onStandby || !this.options.warm) return
    this.generation = new AbortController()
    const { signal } = this.generation
    const look = async () => {
      for (let pauseMs = lookAgainMs; !signal.aborted; pauseMs = Math.min(pauseMs * 2, 5_000)) {
        const standby = await this.standbyOf(memberId).catch((error) => {
          logger.warn({ err: error }, 'what the other deciders have is not known yet: following nothing new')
          return null
        })
        if (signal.aborted) return
        if (standby) return this.follow(standby, signal, joinAnew)
        await this.timers.sleep(pauseMs, signal)
      }
    }
    void look()
  }

  private async follow({ partitions, moving }: Standby, signal: AbortSignal, joinAnew: () => void): Promise<void> {
    const { onStandby, warm, logger, name, placed } = this.options
    onStandby?.(partitions)
    const to = placed?.().to ?? {}
    const asked = moving.filter((partition) => name !== undefined && to[partition] === name)
    // Whoever has something joins again for what an operator wants here, and keeps what it has.
    const waited = this.assigned.size > 0 ? asked : moving
    if (waited.length === 0) return
    while (await this.timers.sleep(warmPollMs, signal)) {
      const ready = new Set(warm?.())
      if (!waited.every((partition) => ready.has(partition))) continue
      logger.info({ partitions: waited }, 'warm for partitions that are to come here: joining the group anew')
      return this.assigned.size > 0 && this.memberId !== null ? joinAgain(this.memberId) : joinAnew()
    }
  }

  private said(): Omit<GroupMember, 'memberId'> {
    const { warm, name, placed } = this.options
    return {
      owned: [...this.assigned],
      ...(warm ? { warm: warm() } : {}),
      ...(name === undefined ? {} : { name }),
      ...(placed ? { placed: placed() } : {}),
    }
  }

  /** Null while the group is not settled: then it does not say who has what. */
  private async standbyOf(memberId: string): Promise<Standby | null> {
    const { kafka, groupId, topic } = this.options
    if (!this.admin) {
      const admin = kafka.admin()
      await admin.connect()
      this.admin = admin
    }
    const [group] = (await this.admin.describeGroups([groupId])).groups
    if (group?.state !== 'Stable') return null
    const members = membersOf(group, topic)
    // What it said when it joined may be old by now; and others may have been given partitions that it has not heard of.
    const { placed } = this.options
    const known = members.map((it) => (it.memberId === memberId && placed ? { ...it, placed: placed() } : it))
    const partitions = [...new Set([...this.allPartitions, ...members.flatMap(({ owned }) => owned)])]
    return (
      standbyAssignment(
        partitions.sort((a, b) => a - b),
        known,
      ).get(memberId) ?? null
    )
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
}

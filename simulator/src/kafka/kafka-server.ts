import { type Endpoint, type Kernel, NoReplyError, type Replies } from '../kernel/index.js'
import { BrokerError } from './broker-error.js'
import { Groups } from './groups.js'
import { type MessageIn, PartitionLog, type StoredMessage } from './partition-log.js'
import { Transactions } from './transactions.js'

export interface KafkaServerOptions {
  kernel: Kernel
  /** Partitions by topic. */
  topics: Record<string, number>
}

export interface ProduceRequest {
  transactionalId?: string
  producerId: number
  producerEpoch: number
  topicData: { topic: string; partitions: { partition: number; firstSequence: number; messages: MessageIn[] }[] }[]
}

export interface FetchRequest {
  isolationLevel: number
  maxWaitTime: number
  topics: { topic: string; partitions: { partition: number; fetchOffset: string; maxBytes: number }[] }[]
}

interface FetchedPartition {
  partition: number
  highWatermark: string
  abortedTransactions: { producerId: string; firstOffset: string }[]
  messages: StoredMessage[]
}

export interface FetchReply {
  responses: { topicName: string; partitions: FetchedPartition[] }[]
}

const readCommitted = 1
/** Of one partition in one reply: what some 4 MiB hold. */
const maxRecords = 2_000

/** A Kafka cluster as its clients meet it, all of it behind one address. What it stored outlives its restarts. */
export class KafkaServer implements Endpoint {
  readonly name = 'kafka'
  up = true
  readonly groups: Groups
  readonly transactions: Transactions
  /** Ms that the clock of a partition's leader is ahead. */
  private readonly leaderClock = new Map<PartitionLog, number>()
  private readonly logs = new Map<string, PartitionLog[]>()
  private readonly waiting = new Set<(error: Error) => void>()
  private readonly kernel: Kernel
  /** Called whenever a partition has more that committed readers can read. */
  onStable: (log: PartitionLog) => void = () => {}

  constructor({ kernel, topics }: KafkaServerOptions) {
    this.kernel = kernel
    for (const [topic, partitions] of Object.entries(topics)) this.addTopic(topic, partitions)
    const isUp = () => this.up
    this.groups = new Groups(kernel, isUp)
    this.transactions = new Transactions({
      kernel,
      clock: (log) => this.clockOf(log),
      markerDelay: () => kernel.random.exponential(1),
      isUp,
      onMarked: (log) => this.onStable(log),
    })
  }

  addTopic(topic: string, partitions: number): void {
    const logs = Array.from({ length: partitions }, (_, partition) => new PartitionLog(topic, partition))
    this.logs.set(topic, logs)
  }

  log(topic: string, partition: number): PartitionLog {
    const log = this.logs.get(topic)?.[partition]
    if (!log) throw new BrokerError('UNKNOWN_TOPIC_OR_PARTITION', { topic, partition })
    return log
  }

  partitions(topic: string): PartitionLog[] {
    return this.logs.get(topic) ?? []
  }

  /** UTC ms, as the leader of the partition stamps it. */
  clockOf(log: PartitionLog): number {
    return this.kernel.utc + (this.leaderClock.get(log) ?? 0)
  }

  /** Another leader takes over: its clock is its own. */
  moveLeader(log: PartitionLog, clockMs: number): void {
    this.leaderClock.set(log, clockMs)
    log.leaderAway = false
  }

  stop(): void {
    this.up = false
    for (const fail of [...this.waiting]) fail(new NoReplyError('closed', 'kafka stopped'))
    this.waiting.clear()
  }

  start(): void {
    this.up = true
    this.groups.refresh()
  }

  produce(request: ProduceRequest): { topics: object[] } {
    const { transactionalId, producerId, producerEpoch: epoch, topicData } = request
    const topics = topicData.map(({ topic, partitions }) => ({
      topicName: topic,
      partitions: partitions.map(({ partition, firstSequence, messages }) => {
        const log = this.led(topic, partition)
        if (transactionalId !== undefined) this.transactions.verify(transactionalId, producerId, epoch, log)
        const transactional = transactionalId !== undefined
        const batch = { producerId, epoch, firstSequence, transactional, messages, appendedAt: this.clockOf(log) }
        const { baseOffset, again } = log.append(batch)
        const { kernel } = this
        kernel.trace.mix(baseOffset)
        if (again)
          kernel.count('duplicate', () => `${topic}/${partition}: the batch at ${baseOffset} came again`, 'kafka')
        else {
          kernel.say('kafka', () => `${topic}/${partition}: ${messages.length} records at ${baseOffset}`)
          this.onStable(log)
        }
        return { partition, errorCode: 0, baseOffset: `${baseOffset}`, logAppendTime: '-1', logStartOffset: '0' }
      }),
    }))
    return { topics }
  }

  /** Answers when there is something to read, or the time is over. */
  fetch(request: FetchRequest, replies: Replies<FetchReply>): void {
    const { kernel } = this
    const committed = request.isolationLevel === readCommitted
    const wanted = request.topics.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, fetchOffset }) => ({ log: this.led(topic, partition), from: Number(fetchOffset) })),
    )
    const anything = () => wanted.some(({ log, from }) => (committed ? log.lastStable : log.end) > from)
    const answer = () => {
      try {
        replies.resolve(this.fetched(request, committed))
      } catch (error) {
        replies.reject(error as Error)
      }
    }
    for (const { log, from } of wanted) if (from < log.start || from > log.end) throw log.error('OFFSET_OUT_OF_RANGE')
    if (anything()) {
      answer()
      return
    }
    const over = (settle: () => void) => {
      timer.cancelled = true
      for (const forget of listening) forget()
      this.waiting.delete(fail)
      settle()
    }
    const fail = (error: Error) => over(() => replies.reject(error))
    const timer = kernel.after(request.maxWaitTime, 'fetch wait', () => over(answer))
    const listening = wanted.map(({ log }) => log.onChange(() => anything() && over(answer)))
    this.waiting.add(fail)
  }

  listOffsets(topics: { topic: string; partitions: { partition: number; timestamp: number }[] }[]): object {
    const responses = topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition, timestamp }) => {
        const log = this.led(topic, partition)
        return { partition, errorCode: 0, timestamp: -1, offset: `${Number(timestamp) === -2 ? log.start : log.end}` }
      }),
    }))
    return { responses }
  }

  /** Keeps `replies` until the server stops; then they fail. */
  held<T>(replies: Replies<T>): Replies<T> {
    const fail = (error: Error) => settle(() => replies.reject(error))
    const settle = (act: () => void) => {
      this.waiting.delete(fail)
      act()
    }
    this.waiting.add(fail)
    return {
      resolve: (value) => settle(() => replies.resolve(value)),
      reject: (error) => settle(() => replies.reject(error)),
    }
  }

  private fetched(request: FetchRequest, committed: boolean): FetchReply {
    return {
      responses: request.topics.map(({ topic, partitions }) => ({
        topicName: topic,
        partitions: partitions.map(({ partition, fetchOffset }) => {
          const log = this.led(topic, partition)
          const read = log.read(Number(fetchOffset), committed, maxRecords)
          return { partition, highWatermark: `${log.end}`, ...read }
        }),
      })),
    }
  }

  private led(topic: string, partition: number): PartitionLog {
    const log = this.log(topic, partition)
    if (log.leaderAway) throw log.error('NOT_LEADER_FOR_PARTITION')
    return log
  }
}

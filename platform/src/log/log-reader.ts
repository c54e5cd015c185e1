import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs'
import { AssignerProtocol } from 'kafkajs'
import type { Logger } from 'pino'
import { type Ids, systemIds, systemTimers, type Timers } from '../ports/index.js'
import type { RawRecord } from './records.js'

export interface RawBatch {
  partition: number
  records: RawRecord[]
  /** Where the next read starts: past the batch, transaction markers and aborted records included. */
  nextOffset: number
  /** The log's end (exclusive) as the broker knew it. */
  endOffset: number
}

export interface LogReaderOptions {
  kafka: Kafka
  topic: string
  /** Shows in the broker's list of groups. */
  name: string
  /** Partitions to read and where to start, exactly. */
  from: { partition: number; offset: number }[]
  /**
   * Called in order for each partition; partitions are independent of each other. May come with no records (only markers
   * were passed). A throw makes the same batch come again, after a pause that grows to 2 s.
   */
  onBatch(batch: RawBatch): Promise<void>
  logger: Logger
  timers?: Timers
  ids?: Ids
  /** Longest wait of one fetch for something new, ms. */
  maxWaitMs?: number
  /** Largest fetch of one partition, bytes. */
  maxBytesPerPartition?: number
}

export interface LogReader {
  stop(): Promise<void>
  /** Resolves with the reason when the reader has died for good; it never does of a broker's absence. */
  failed: Promise<Error>
}

/** The log no longer has, or never had, the offset that a reader must read next: going on would skip records silently. */
export class LogGapError extends Error {
  constructor(topic: string, partition: number, expected: number, found: number) {
    super(
      `${topic}/${partition}: offset ${expected} is not in the log, it offers ${found}; nothing is skipped, the reader stops`,
    )
  }
}

/**
 * Reads committed records of stated partitions from stated offsets, for ever. kafkajs has no manual assignment, so this is
 * a group of one with an assigner of its own; its offsets are never committed. A crashed consumer is replaced by a new one
 * that starts where the last batch ended.
 */
export async function startLogReader(options: LogReaderOptions): Promise<LogReader> {
  const { kafka, topic, logger, onBatch } = options
  const timers = options.timers ?? systemTimers
  const next = new Map(options.from.map(({ partition, offset }) => [partition, offset]))
  const stopping = new AbortController()
  let fail: (error: Error) => void = () => {}
  const failed = new Promise<Error>((resolve) => {
    fail = resolve
  })
  const die = (partition: number, expected: number, found: number) => {
    stopping.abort()
    fail(new LogGapError(topic, partition, expected, found))
  }
  let consumer: Consumer | null = null
  let crashed: () => void = () => {}

  const deliver = async (batch: RawBatch) => {
    for (let pauseMs = 20; !stopping.signal.aborted; pauseMs = Math.min(pauseMs * 2, 2_000)) {
      try {
        await onBatch(batch)
        next.set(batch.partition, batch.nextOffset)
        return
      } catch (error) {
        logger.error(
          { err: error, topic, partition: batch.partition, offset: batch.records[0]?.offset },
          'batch failed, trying it again',
        )
        await timers.sleep(pauseMs, stopping.signal)
      }
    }
  }

  /** Deliveries of one partition come one after the other, whoever asks for them. */
  const turns = new Map<number, Promise<void>>()
  const inTurn = (partition: number, work: () => Promise<void>) => {
    const turn = (turns.get(partition) ?? Promise.resolve()).then(work)
    turns.set(partition, turn)
    return turn
  }

  const rewinds = new Map<number, number>()
  const eachBatch = ({ batch, resolveOffset, heartbeat }: EachBatchPayload) =>
    inTurn(batch.partition, async () => {
      const partition = batch.partition
      const expected = next.get(partition)
      if (expected === undefined || stopping.signal.aborted) return
      const fetchedOffset = Number((batch as unknown as { fetchedOffset: string }).fetchedOffset)
      if (fetchedOffset !== expected) {
        // Behind: a fetch that a re-join overtook. Ahead, or behind again and again: kafkajs met "offset out of range" and
        // reset itself to the log's start.
        const again = (rewinds.get(partition) ?? 0) + 1
        rewinds.set(partition, again)
        if (fetchedOffset < expected && again < 4) {
          consumer?.seek({ topic, partition, offset: String(expected) })
          return
        }
        return die(partition, expected, fetchedOffset)
      }
      rewinds.delete(partition)
      const lastOffset = batch.lastOffset()
      const records = batch.messages.map((message) => toRawRecord(topic, partition, message))
      const beating = keepAlive(heartbeat, timers)
      try {
        await deliver({
          partition,
          records,
          nextOffset: Number(lastOffset) + 1,
          endOffset: Number(batch.highWatermark),
        })
      } finally {
        // With a reason of its own: without one an exception is made for each batch.
        beating.abort('over')
      }
      if (!stopping.signal.aborted) resolveOffset(lastOffset)
    })

  const connect = async () => {
    const group = `${options.name}-${(options.ids ?? systemIds).uuid()}`
    const it = kafka.consumer({
      groupId: group,
      partitionAssigners: [exactly(topic, [...next.keys()])],
      sessionTimeout: 10_000,
      heartbeatInterval: 1_000,
      maxWaitTimeInMs: options.maxWaitMs ?? 250,
      maxBytesPerPartition: options.maxBytesPerPartition ?? 4 * 1024 * 1024,
      maxBytes: 32 * 1024 * 1024,
      readUncommitted: false,
      retry: { initialRetryTime: 20, maxRetryTime: 500, retries: 4, restartOnFailure: async () => false },
    })
    it.on(it.events.GROUP_JOIN, () => {
      for (const [partition, offset] of next) it.seek({ topic, partition, offset: String(offset) })
    })
    // kafkajs passes batches of markers and aborted records by itself; how far it got shows only here.
    it.on(it.events.END_BATCH_PROCESS, ({ payload }) => {
      const { partition, firstOffset, lastOffset, highWatermark, batchSize } = payload
      if (batchSize > 0 || stopping.signal.aborted) return
      const nextOffset = Number(lastOffset) + 1
      void inTurn(partition, async () => {
        const expected = next.get(partition)
        // Absent where all of the batch lies before what was asked for.
        const found = firstOffset === null ? Number.NEGATIVE_INFINITY : Number(firstOffset)
        if (expected !== undefined && found > expected) return die(partition, expected, found)
        if (expected !== undefined && nextOffset > expected) {
          await deliver({ partition, records: [], nextOffset, endOffset: Number(highWatermark) })
        }
      })
    })
    it.on(it.events.CRASH, () => crashed())
    const crash = new Promise<void>((resolve) => {
      crashed = resolve
    })
    consumer = it
    await it.connect()
    await it.subscribe({ topic, fromBeginning: true })
    await it.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: next.size,
      eachBatch,
    })
    return { it, crash }
  }

  const supervise = async () => {
    for (let pauseMs = 20; !stopping.signal.aborted; pauseMs = Math.min(pauseMs * 2, 1_000)) {
      try {
        const { it, crash } = await connect()
        pauseMs = 20
        await Promise.race([crash, aborted(stopping.signal)])
        await it.disconnect()
      } catch (error) {
        logger.warn({ err: error, topic, name: options.name }, 'waiting for kafka')
        await consumer?.disconnect().catch(() => {})
      }
      await timers.sleep(pauseMs, stopping.signal)
    }
  }

  const running = supervise()
  return {
    failed,
    async stop() {
      stopping.abort()
      await running
    },
  }
}

export function toRawRecord(
  topic: string,
  partition: number,
  message: EachBatchPayload['batch']['messages'][number],
): RawRecord {
  return {
    topic,
    partition,
    offset: Number(message.offset),
    key: message.key?.toString() ?? null,
    value: message.value,
    headers: (message.headers ?? {}) as RawRecord['headers'],
    appendedAt: Number(message.timestamp),
  }
}

/** Resolves when the signal aborts, at once where it has. */
export const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** A long batch must not cost the group membership, which would only rewind us to where we are. */
function keepAlive(heartbeat: () => Promise<void>, timers: Timers): AbortController {
  const done = new AbortController()
  void (async () => {
    while (await timers.sleep(1_000, done.signal)) await heartbeat().catch(() => {})
  })()
  return done
}

/** Assigns the stated partitions to the group's one member. */
const exactly =
  (topic: string, partitions: number[]) =>
  (): {
    name: string
    version: number
    assign(group: { members: { memberId: string }[] }): Promise<{ memberId: string; memberAssignment: Buffer }[]>
    protocol(subscription: { topics: string[] }): { name: string; metadata: Buffer }
  } => ({
    name: 'exactly',
    version: 1,
    async assign({ members }) {
      return members.map(({ memberId }) => ({
        memberId,
        memberAssignment: AssignerProtocol.MemberAssignment.encode({
          version: 1,
          assignment: { [topic]: partitions },
          userData: Buffer.alloc(0),
        }),
      }))
    },
    protocol({ topics }) {
      return {
        name: 'exactly',
        metadata: AssignerProtocol.MemberMetadata.encode({ version: 1, topics, userData: Buffer.alloc(0) }),
      }
    },
  })

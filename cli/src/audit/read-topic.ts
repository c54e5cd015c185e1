import { randomUUID } from 'node:crypto'
import type { Consumer, Kafka, KafkaMessage } from 'kafkajs'
import type { LogEntry } from './log-entry.js'

/** Offsets of a partition: the first that is still there, and one past the last. */
export interface Extent {
  start: number
  end: number
}

/** The log cannot be read: no broker, no such topic, no progress. */
export class LogUnreadableError extends Error {}

/** No record and no marker for this long, ms: the log's end is frozen (a hanging transaction), or the broker is gone. */
const noProgressMs = 30_000

export async function extentsOf(kafka: Kafka, topic: string): Promise<Map<number, Extent>> {
  const admin = kafka.admin()
  try {
    await admin.connect()
    const offsets = await admin.fetchTopicOffsets(topic)
    return new Map(offsets.map(({ partition, low, high }) => [partition, { start: Number(low), end: Number(high) }]))
  } catch (error) {
    throw new LogUnreadableError(`cannot read ${topic}: ${(error as Error).message}`)
  } finally {
    await admin.disconnect().catch(() => {})
  }
}

/**
 * Reads the committed records of a topic from `ranges`' starts to at least their ends, in each partition's order, with a
 * consumer group of its own that leaves nothing behind. Batches are not cut: it may read past an end.
 * @returns where reading stopped in each partition (the next offset to read)
 * @throws LogUnreadableError
 */
export async function readTopic(
  kafka: Kafka,
  topic: string,
  ranges: ReadonlyMap<number, Extent>,
  onRecord: (entry: LogEntry) => Promise<void>,
): Promise<Map<number, number>> {
  const next = new Map([...ranges].map(([partition, { start }]) => [partition, start]))
  const unread = new Set([...ranges].filter(([, { start, end }]) => start < end).map(([partition]) => partition))
  if (unread.size === 0) return next
  const groupId = `audit-${randomUUID()}`
  const consumer = kafka.consumer({
    groupId,
    readUncommitted: false,
    maxWaitTimeInMs: 100,
    maxBytesPerPartition: 4 * 1024 * 1024,
    retry: { retries: 5, restartOnFailure: async () => false },
  })
  let settle: (error: Error | null) => void = () => {}
  const done = new Promise<Error | null>((resolve) => {
    settle = resolve
  })
  const passed = (partition: number, nextOffset: number) => {
    if (nextOffset <= (next.get(partition) ?? 0)) return
    next.set(partition, nextOffset)
    watchdog.refresh()
    if (nextOffset >= (ranges.get(partition)?.end ?? 0)) unread.delete(partition)
    if (unread.size === 0) settle(null)
  }
  const watchdog = setTimeout(() => {
    const at = [...unread].map((partition) => `${topic}/${partition} at ${next.get(partition)}`).join(', ')
    settle(new LogUnreadableError(`no progress in ${noProgressMs / 1_000} s reading ${at}`))
  }, noProgressMs)
  try {
    startWhere(consumer, topic, next)
    // Batches that hold only markers and aborted records show here and nowhere else.
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize === 0) passed(payload.partition, Number(payload.lastOffset) + 1)
    })
    consumer.on(consumer.events.CRASH, ({ payload }) => settle(new LogUnreadableError(payload.error.message)))
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: async ({ batch, resolveOffset, heartbeat }) => {
        const { partition } = batch
        if (!unread.has(partition)) return resolveOffset(batch.lastOffset())
        const expected = next.get(partition) ?? 0
        for (const message of batch.messages)
          if (Number(message.offset) >= expected) await onRecord(entryOf(partition, message))
        resolveOffset(batch.lastOffset())
        passed(partition, Number(batch.lastOffset()) + 1)
        await heartbeat()
      },
    })
    const error = await done
    if (error) throw error
    return next
  } catch (error) {
    if (error instanceof LogUnreadableError) throw error
    throw new LogUnreadableError(`cannot read ${topic}: ${(error as Error).message}`)
  } finally {
    clearTimeout(watchdog)
    await consumer.disconnect().catch(() => {})
    await forget(kafka, groupId)
  }
}

function startWhere(consumer: Consumer, topic: string, next: ReadonlyMap<number, number>): void {
  consumer.on(consumer.events.GROUP_JOIN, () => {
    for (const [partition, offset] of next) consumer.seek({ topic, partition, offset: String(offset) })
  })
}

async function forget(kafka: Kafka, groupId: string): Promise<void> {
  const admin = kafka.admin()
  try {
    await admin.connect()
    await admin.deleteGroups([groupId])
  } catch {
    // An empty group without offsets: the broker forgets it by itself.
  } finally {
    await admin.disconnect().catch(() => {})
  }
}

/** Those that the audit asks for: most of a record is headers. */
const headersRead = [
  'ce_id',
  'ce_type',
  'ce_subject',
  'claim-id',
  'stream-version',
  'command-id',
  'command-offset',
  'command-records',
  'causation-id',
]

function entryOf(partition: number, message: KafkaMessage): LogEntry {
  const headers: Record<string, string> = {}
  for (const name of headersRead) {
    const value = message.headers?.[name]
    const first = Array.isArray(value) ? value[0] : value
    if (first !== undefined) headers[name] = first.toString()
  }
  return {
    partition,
    offset: Number(message.offset),
    appendedAt: Number(message.timestamp),
    headers,
    value: message.value ?? Buffer.alloc(0),
  }
}

import { type Kafka, type Message, Partitioners, type Producer } from 'kafkajs'
import { type Clock, systemClock } from '../ports/index.js'
import { firstOffsetIn } from './appended.js'

/** A record to append: encoded, with its headers. */
export interface OwnedRecord {
  key: string | null
  value: Buffer
  headers: Record<string, string>
}

/** What of a command is kept when it can't be read: its own headers are bytes, and may repeat. */
export interface ParkedRecord {
  key: string | null
  value: Buffer | null
  headers: Record<string, Buffer | string | (Buffer | string)[]>
}

/**
 * The append was not confirmed: it may have happened, wholly or not at all. Whoever gets this throws away the producer and
 * what it believes of the partition, claims anew and reads what the log says.
 */
export class IndefiniteAppendError extends Error {}

export interface Appended {
  /** Offset of the first record; the others follow without gaps. */
  baseOffset: number
}

/** One owner's transactional access to one partition of the journal. */
export interface OwnerLog {
  /**
   * Appends all the records to the partition in one batch in one transaction, with the commands among those answered that are parked.
   * @throws IndefiniteAppendError, after which this object is of no use
   */
  append(records: OwnedRecord[], parked?: ParkedRecord[]): Promise<Appended>
  close(): Promise<void>
}

export interface OwnerLogOptions {
  kafka: Kafka
  transactionalId: string
  eventsTopic: string
  parkedTopic: string
  partition: number
  clock?: Clock
}

/** A commit is asked for no later than this after its append began: what was decided in time must not be done long after. */
const longestBeforeCommitMs = 5_000

/**
 * Opens the partition's transactional producer. Its id is that of the partition, so the first append fences whoever
 * had it before (kafkajs asks for the producer id at the first transaction, not when it connects).
 */
export async function openOwnerLog(options: OwnerLogOptions): Promise<OwnerLog> {
  const clock = options.clock ?? systemClock
  const producer: Producer = options.kafka.producer({
    transactionalId: options.transactionalId,
    transactionTimeout: 10_000,
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    retry: { initialRetryTime: 3, maxRetryTime: 200, retries: 8 },
  })
  try {
    await producer.connect()
  } catch (error) {
    // It may have its connections and lack only its id.
    await producer.disconnect().catch(() => {})
    throw error
  }
  const toMessages = (records: ParkedRecord[], partition: number): Message[] =>
    records.map(({ key, value, headers }) => ({
      key,
      value,
      headers,
      partition,
    }))
  return {
    async append(records, parked = []) {
      const began = clock.now()
      try {
        const transaction = await producer.transaction()
        const answers = await transaction.send({
          topic: options.eventsTopic,
          acks: -1,
          messages: toMessages(records, options.partition),
        })
        const baseOffset = firstOffsetIn(answers, options.partition)
        if (parked.length > 0) {
          const copies = await transaction.send({
            topic: options.parkedTopic,
            acks: -1,
            messages: toMessages(parked, options.partition),
          })
          firstOffsetIn(copies, options.partition)
        }
        const passedMs = clock.now() - began
        if (passedMs > longestBeforeCommitMs) throw new Error(`it took ${passedMs} ms`)
        await transaction.commit()
        return { baseOffset }
      } catch (error) {
        throw new IndefiniteAppendError(
          `append to ${options.eventsTopic}/${options.partition} not confirmed: ${(error as Error).message}`,
          { cause: error },
        )
      }
    },
    async close() {
      await producer.disconnect().catch(() => {})
    },
  }
}

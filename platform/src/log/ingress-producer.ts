import { type Kafka, type Message, Partitioners, type Producer } from 'kafkajs'
import type { Logger } from 'pino'
import type { Codec } from '../codec/index.js'
import { type Clock, jittered, type Random, systemRandom, systemTimers, type Timers } from '../ports/index.js'
import { firstOffsetIn } from './appended.js'

/** The broker may or may not have the command. The same command id sent again settles it: the decider decides it once. */
export class AppendUnknownError extends Error {}

export interface Append {
  partition: number
  key: string
  /** Full Avro name. */
  name: string
  data: unknown
  headers: Record<string, string>
}

interface Pending {
  partition: number
  message: Message
  /** In the log, about. */
  bytes: number
  resolve(at: { offset: number }): void
  reject(error: Error): void
  /** UTC ms: after this the caller is told that the fate is unknown. */
  giveUpAt: number
}

export interface IngressProducerOptions {
  kafka: Kafka
  topic: string
  codec: Codec
  clock: Clock
  logger: Logger
  timers?: Timers
  random?: Random
  /** Resolves in the next turn of the event loop. */
  nextTurn?: () => Promise<void>
  /** How long one append may be tried, ms. */
  patienceMs?: number
}

/** One send carries at most this much, so that a backlog does not become one giant request. */
const maxBatchRecords = 1_000
/** A batch must stay well below the topic's max.message.bytes (1 MiB): the broker would refuse it whole, again and again. */
const maxBatchBytes = 700_000
/** Framing of a record, and of each of its headers. */
const recordOverheadBytes = 32
const headerOverheadBytes = 4

/**
 * Appends commands, acks=all, micro-batched: what arrives while a send is under way goes with the next. One send in flight
 * per producer, because kafkajs rolls its sequence numbers back when a send fails, so that a later batch could pass for a
 * duplicate and vanish. For the same reason a producer that threw is never used again: a new one sends the same commands.
 */
export class IngressProducer {
  private readonly timers: Timers
  private readonly patienceMs: number
  private readonly nextTurn: () => Promise<void>
  private queue: Pending[] = []
  private producer: Producer | null = null
  private draining: Promise<void> | null = null
  private stopped = false

  constructor(private readonly options: IngressProducerOptions) {
    this.timers = options.timers ?? systemTimers
    this.patienceMs = options.patienceMs ?? 8_000
    this.nextTurn = options.nextTurn ?? (() => new Promise((resolve) => setImmediate(resolve)))
  }

  /** Appends that are not acknowledged yet. */
  get pending(): number {
    return this.queue.length
  }

  async start(): Promise<void> {
    await this.connected()
  }

  /** Sends what is queued, then disconnects. */
  async stop(): Promise<void> {
    this.stopped = true
    await this.draining
    await this.discard()
  }

  /**
   * Resolves once all in-sync replicas have the command.
   * @throws AppendUnknownError when that could not be learnt in time
   */
  append({ partition, key, name, data, headers }: Append): Promise<{ offset: number }> {
    if (this.stopped) return Promise.reject(new AppendUnknownError('the producer is stopping'))
    const value = this.options.codec.encode(name, data)
    return new Promise((resolve, reject) => {
      this.queue.push({
        partition,
        message: { partition, key, value, headers },
        bytes: sizeOf(key, value, headers),
        resolve,
        reject,
        giveUpAt: this.options.clock.now() + this.patienceMs,
      })
      this.draining ??= this.drain()
    })
  }

  private async drain(): Promise<void> {
    // What arrives in this turn of the event loop shares the first send.
    await this.nextTurn()
    while (this.queue.length > 0) await this.send(this.queue.splice(0, this.fitting()))
    // In the same turn as the last look at the queue, so that nothing is queued in between that nobody sends.
    this.draining = null
  }

  /** How many of those queued, at least one, go into one send. */
  private fitting(): number {
    let bytes = 0
    const tooMany = this.queue.findIndex((pending, at) => {
      bytes += pending.bytes
      return at === maxBatchRecords || bytes > maxBatchBytes
    })
    return tooMany < 0 ? this.queue.length : Math.max(1, tooMany)
  }

  private async send(all: Pending[]): Promise<void> {
    let batch = all
    for (let pauseMs = 10; batch.length > 0; pauseMs = Math.min(pauseMs * 2, 500)) {
      try {
        const producer = await this.connected()
        const answers = await producer.send({
          topic: this.options.topic,
          acks: -1,
          messages: batch.map(({ message }) => message),
        })
        const partitions = new Set(batch.map(({ partition }) => partition))
        const nextOffset = new Map([...partitions].map((partition) => [partition, firstOffsetIn(answers, partition)]))
        for (const pending of batch) {
          const offset = nextOffset.get(pending.partition) as number
          nextOffset.set(pending.partition, offset + 1)
          pending.resolve({ offset })
        }
        return
      } catch (error) {
        this.options.logger.warn(
          { err: error, commands: batch.length },
          'append failed, sending again with a new producer',
        )
        await this.discard()
        const now = this.options.clock.now()
        for (const pending of batch) {
          if (pending.giveUpAt <= now)
            pending.reject(new AppendUnknownError('the broker did not acknowledge in time', { cause: error }))
        }
        batch = batch.filter(({ giveUpAt }) => giveUpAt > now)
        if (batch.length > 0) await this.timers.sleep(jittered(pauseMs, this.options.random ?? systemRandom))
      }
    }
  }

  private async connected(): Promise<Producer> {
    if (this.producer) return this.producer
    const producer = this.options.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
      retry: { initialRetryTime: 5, maxRetryTime: 200, retries: 3 },
    })
    try {
      await producer.connect()
    } catch (error) {
      await producer.disconnect().catch(() => {})
      throw error
    }
    this.producer = producer
    return producer
  }

  private async discard(): Promise<void> {
    const producer = this.producer
    this.producer = null
    await producer?.disconnect().catch(() => {})
  }
}

function sizeOf(key: string, value: Buffer, headers: Record<string, string>): number {
  let bytes = recordOverheadBytes + Buffer.byteLength(key) + value.length
  for (const [name, text] of Object.entries(headers)) {
    bytes += headerOverheadBytes + name.length + Buffer.byteLength(text)
  }
  return bytes
}

import { type Admin, type Kafka, Partitioners } from 'kafkajs'
import type { Logger } from 'pino'
import type { Ids, Timers } from '../ports/index.js'
import { firstOffsetIn } from './appended.js'
import { logEnds } from './log-ends.js'
import { type LogReader, startLogReader } from './log-reader.js'
import {
  afterRecord,
  type Decision,
  noPlacement,
  type Placement,
  type PlacementChange,
  placementRecord,
} from './placement.js'
import { lookForPartitions } from './wire/fresh-metadata.js'

export interface PlacementWatchOptions {
  kafka: Kafka
  topic: string
  logger: Logger
  timers?: Timers
  ids?: Ids
}

/** Follows what operators want of the partitions. */
export class PlacementWatch {
  private readonly listeners = new Set<() => void>()
  private placement = noPlacement
  private readTo = 0
  private reader: LogReader | null = null
  private admin: Admin | null = null

  constructor(private readonly options: PlacementWatchOptions) {}

  get current(): Placement {
    return this.placement
  }

  /** Called after each change. */
  onChange(listener: () => void): void {
    this.listeners.add(listener)
  }

  /** Resolves when everything has been read that was there at the call. @throws where the broker does not answer */
  async start(): Promise<void> {
    const { kafka, topic } = this.options
    this.admin = kafka.admin()
    await this.admin.connect()
    const end = (await logEnds(this.admin, topic)).get(0)?.end ?? 0
    const { promise, resolve } = Promise.withResolvers<void>()
    if (end === 0) resolve()
    this.reader = await startLogReader({
      ...this.options,
      name: 'placement',
      from: [{ partition: 0, offset: 0 }],
      onBatch: async ({ records, nextOffset }) => {
        for (const record of records) this.placement = afterRecord(this.placement, record)
        this.readTo = nextOffset
        // Partitions are added before new shows are sent to them.
        if (records.some(({ key }) => key === 'new-shows')) lookForPartitions()
        if (records.length > 0) for (const listener of this.listeners) listener()
        if (this.readTo >= end) resolve()
      },
    })
    await Promise.race([promise, this.reader.failed.then((error) => Promise.reject(error))])
  }

  async stop(): Promise<void> {
    await this.reader?.stop()
    await this.admin?.disconnect().catch(() => {})
    this.reader = null
    this.admin = null
  }

  /** Appends a decision; whoever follows does what is to be done. */
  async decide(change: PlacementChange, decision: Decision): Promise<void> {
    const producer = this.options.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
    })
    try {
      await producer.connect()
      const message = { ...placementRecord(change, decision), partition: 0 }
      firstOffsetIn(await producer.send({ topic: this.options.topic, acks: -1, messages: [message] }), 0)
    } finally {
      await producer.disconnect().catch(() => {})
    }
  }
}

import { type Cursor, logEnds, readRecordAt, startJournalReader } from '@onsale/platform/log'
import type { Ids, Timers } from '@onsale/platform/ports'
import type { Admin, Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import type { AnswerLog } from './answer-tail.js'
import type { JournalMetrics } from './ingress-metrics.js'

export interface KafkaAnswerLogOptions {
  kafka: Kafka
  admin: Admin
  /** The events topic. */
  topic: string
  logger: Logger
  metrics: JournalMetrics
  timers?: Timers
  ids?: Ids
  start(): Promise<Cursor[]>
}

/** The journal as Kafka has it. */
export function kafkaAnswerLog(options: KafkaAnswerLogOptions): AnswerLog {
  const { kafka, admin, topic, logger, metrics, start, timers, ids } = options
  const held = { ...(timers ? { timers } : {}), ...(ids ? { ids } : {}) }
  return {
    start,
    async ends() {
      return new Map([...(await logEnds(admin, topic))].map(([partition, { end }]) => [partition, end]))
    },
    open: (cursors, onBatch) =>
      startJournalReader({
        kafka,
        topic,
        name: 'answer-tail',
        cursors,
        onBatch,
        onIgnored: (count, partition) => metrics.ignore(count, partition),
        logger,
        maxWaitMs: 100,
        ...held,
      }),
    readAt: (partition, offset) => readRecordAt({ kafka, topic, partition, offset, logger, ...held }),
  }
}

import { type Cursor, logEnds, readRecordAt, startJournalReader } from '@onsale/platform/log'
import type { Admin, Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import type { AnswerLog } from './answer-tail.js'
import type { IngressMetrics } from './ingress-metrics.js'

export interface KafkaAnswerLogOptions {
  kafka: Kafka
  admin: Admin
  /** The events topic. */
  topic: string
  logger: Logger
  metrics: IngressMetrics
  start(): Promise<Cursor[]>
}

/** The journal as Kafka has it. */
export function kafkaAnswerLog({ kafka, admin, topic, logger, metrics, start }: KafkaAnswerLogOptions): AnswerLog {
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
      }),
    readAt: (partition, offset) => readRecordAt({ kafka, topic, partition, offset, logger }),
  }
}

import {
  type ContextTopics,
  type LogReader,
  logEnds,
  openOwnerLog,
  type PartitionGroup,
  startJournalReader,
  tracedOwnerLog,
} from '@onsale/platform/log'
import type { Clock, Ids, Timers } from '@onsale/platform/ports'
import type { Admin, Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import type { OwnerPorts } from './ports.js'

export interface KafkaOwnerOptions {
  kafka: Kafka
  admin: Admin
  group: PartitionGroup
  env: string
  topics: ContextTopics
  partition: number
  logger: Logger
  clock?: Clock
  timers?: Timers
  ids?: Ids
  /** Records of a stale claim were passed over. */
  onIgnored?(count: number): void
}

/** One partition's ports over Kafka. */
export function kafkaOwnerPorts({
  kafka,
  admin,
  group,
  env,
  topics,
  partition,
  logger,
  clock,
  timers,
  ids,
  onIgnored,
}: KafkaOwnerOptions): OwnerPorts {
  return {
    confirmed: (signal) => Promise.race([group.confirmed(), rejectedBy(signal)]),
    openLog: async () => {
      const log = await openOwnerLog({
        kafka,
        transactionalId: `${env}.decider.${topics.commands}.${partition}`,
        eventsTopic: topics.events,
        parkedTopic: topics.parked,
        partition,
        ...(clock ? { clock } : {}),
      })
      return tracedOwnerLog(log, topics.events, partition)
    },
    async readJournal({ offset, claimId }, onRecords, signal) {
      let settle: { resolve(): void; reject(error: unknown): void } = { resolve() {}, reject() {} }
      const done = new Promise<void>((resolve, reject) => {
        settle = { resolve, reject }
      })
      let over = false
      const reader: LogReader = await startJournalReader({
        kafka,
        topic: topics.events,
        name: 'decider-fold',
        cursors: [{ partition, offset, claimId }],
        logger,
        ...(timers ? { timers } : {}),
        ...(ids ? { ids } : {}),
        onIgnored,
        async onBatch({ records, cursor, endOffset }) {
          if (over) return
          try {
            over = await onRecords(records, { nextOffset: cursor.offset, endOffset })
            if (over) settle.resolve()
          } catch (error) {
            over = true
            settle.reject(error)
          }
        },
      })
      try {
        await Promise.race([done, rejectedBy(signal), reader.failed.then((error) => Promise.reject(error))])
      } finally {
        over = true
        await reader.stop()
      }
    },
    async commandEnds() {
      const ends = (await logEnds(admin, topics.commands)).get(partition)
      if (!ends) throw new Error(`${topics.commands} has no partition ${partition}`)
      return ends
    },
    feed: (offset, take) => group.feed(partition, offset, take),
    unfeed: () => group.unfeed(partition),
    pause: () => group.pause(partition),
    resume: () => group.resume(partition),
  }
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(new Error('stopped'))
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}

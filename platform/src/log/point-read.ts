import type { Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import type { Ids, Timers } from '../ports/index.js'
import { startLogReader } from './log-reader.js'
import type { RawRecord } from './records.js'

/**
 * The one record at an offset, read with a reader of its own: for the rare look-up of an answer that no memory holds any more.
 * @returns null where no committed record has that offset
 */
export async function readRecordAt(at: {
  kafka: Kafka
  topic: string
  partition: number
  offset: number
  logger: Logger
  timers?: Timers
  ids?: Ids
}): Promise<RawRecord | null> {
  let found: (record: RawRecord | null) => void = () => {}
  const record = new Promise<RawRecord | null>((resolve) => {
    found = resolve
  })
  const reader = await startLogReader({
    kafka: at.kafka,
    topic: at.topic,
    name: 'point-read',
    from: [{ partition: at.partition, offset: at.offset }],
    logger: at.logger,
    ...(at.timers ? { timers: at.timers } : {}),
    ...(at.ids ? { ids: at.ids } : {}),
    maxBytesPerPartition: 64 * 1024,
    // Once it is found nothing more is waited for.
    maxWaitMs: 20,
    async onBatch({ records }) {
      found(records[0]?.offset === at.offset ? records[0] : null)
    },
  })
  const answer = await Promise.race([record, reader.failed.then(() => null)])
  await reader.stop()
  return answer
}

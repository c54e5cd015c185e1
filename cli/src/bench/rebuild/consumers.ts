import { type createKafka, startLogReader } from '@onsale/platform/log'
import type { createLogger } from '@onsale/platform/telemetry'
import { Consumer } from '@platformatic/kafka'

/** What it takes to read a topic from its beginning to these ends, and nothing more. */
export interface BareConsume {
  kafka: ReturnType<typeof createKafka>
  brokers: string[]
  topic: string
  ends: ReadonlyMap<number, { start: number; end: number }>
  logger: ReturnType<typeof createLogger>
}

/** Records a second, from the first that came to the last. */
type Consume = (bare: BareConsume) => Promise<number>

/** As our services read. */
export const withKafkajs: Consume = async ({ kafka, topic, ends, logger }) => {
  const tally = tallyTo(ends)
  const reader = await startLogReader({
    ...{ kafka, topic, logger, name: 'bench-consume' },
    from: [...ends].map(([partition, { start }]) => ({ partition, offset: start })),
    async onBatch({ partition, records, nextOffset }) {
      tally.came(partition, records.length, nextOffset)
    },
  })
  const rate = await tally.rate
  await reader.stop()
  return rate
}

export const withPlatformatic: Consume = async ({ brokers, topic, ends }) => {
  const tally = tallyTo(ends)
  const consumer = new Consumer({ clientId: 'bench', groupId: 'bench-platformatic', bootstrapBrokers: brokers })
  const stream = await consumer.consume({
    topics: [topic],
    mode: 'manual',
    offsets: [...ends].map(([partition, { start }]) => ({ topic, partition, offset: BigInt(start) })),
    autocommit: false,
    isolationLevel: 1,
    maxWaitTime: 100,
    maxBytes: 16 * 1024 * 1024,
    highWaterMark: 50_000,
  })
  // The last offset of a partition is the marker of a transaction: no record comes with it.
  stream.on('data', ({ partition, offset }) => tally.came(partition, 1, Number(offset) + 2))
  const rate = await tally.rate
  await stream.close()
  await consumer.close()
  return rate
}

function tallyTo(ends: BareConsume['ends']) {
  let count = 0
  let first = 0
  const left = new Map([...ends].map(([partition, { end }]) => [partition, end]))
  const done = Promise.withResolvers<number>()
  return {
    rate: done.promise,
    came(partition: number, records: number, nextOffset: number) {
      // What came first had its time before the clock ran.
      if (first === 0) first = performance.now()
      else count += records
      if (nextOffset >= (left.get(partition) ?? 0)) left.delete(partition)
      if (left.size === 0) done.resolve(count / ((performance.now() - first) / 1_000))
    },
  }
}

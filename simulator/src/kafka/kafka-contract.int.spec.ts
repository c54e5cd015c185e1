import { connect } from 'node:net'
import { afterAll, beforeAll, describe, test } from '@jest/globals'
import { createKafka, logEnds } from '@onsale/platform/log'
import { systemIds, systemTimers } from '@onsale/platform/ports'
import type { Admin, ISocketFactory } from 'kafkajs'
import { pino } from 'pino'
import { type KafkaUnderTest, kafkaContracts } from './testing/kafka-contract.js'

const logger = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' })
const settings = { brokers: (process.env.ONSALE_KAFKA_BROKERS ?? '').split(','), clientId: 'contract' }
const kafka = createKafka(settings, logger)
const run = systemIds.uuid().slice(24)
let admin: Admin

beforeAll(async () => {
  admin = kafka.admin()
  await admin.connect()
})
afterAll(() => admin.disconnect())

/** Connections that break as soon as anything is said on them, while `losing.replies`. */
const breaking =
  (losing: { replies: boolean }): ISocketFactory =>
  ({ host, port, onConnect }) => {
    const socket = connect({ host, port }, onConnect)
    const emit = socket.emit.bind(socket)
    socket.emit = ((event: string, ...rest: unknown[]) => {
      if (event !== 'data' || !losing.replies) return emit(event as 'data', ...(rest as [Buffer]))
      socket.destroy(new Error('the reply is lost'))
      return true
    }) as typeof socket.emit
    socket.setKeepAlive(true)
    return socket
  }

let names = 0
const real: KafkaUnderTest = {
  kafka: () => kafka,
  unreliable() {
    const losing = { replies: false }
    const retry = { initialRetryTime: 5, maxRetryTime: 20, retries: 2 }
    return { kafka: createKafka(settings, logger, { socketFactory: breaking(losing), retry }), losing }
  },
  async topic(partitions) {
    const topic = real.name('topic')
    await admin.createTopics({
      waitForLeaders: true,
      topics: [
        {
          topic,
          numPartitions: partitions,
          configEntries: [{ name: 'message.timestamp.type', value: 'LogAppendTime' }],
        },
      ],
    })
    return topic
  },
  async trim(topic, partition, offset) {
    // The admin client deletes only where it has met the partition's leader before.
    await logEnds(admin, topic)
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: `${offset}` }] })
  },
  name: (prefix) => `contract.${prefix}.${run}.${++names}`,
  timers: systemTimers,
}

describe('the real Kafka keeps what the simulated one keeps', () => {
  test.each(kafkaContracts)('$name', ({ run: contract }) => contract(real), 60_000)
})

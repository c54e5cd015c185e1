import type { Codec } from '@onsale/platform/codec'
import type { Kafka } from 'kafkajs'
import { littlePlan, longerPlan, otherPlan } from './little-plans.js'
import { LogScript } from './log-script.js'
import { planted } from './planted.js'
import { RoomScript } from './room-script.js'

const journals = ['reservation', 'queue'] as const
const plans = 'venue.plans'

const topicsOf = (env: string) =>
  journals.flatMap((journal) => [`${env}.${journal}.commands`, `${env}.${journal}.events`])

/**
 * Writes a log of one planted mistake for each partition into topics of their own, with a raw producer, as no decider of
 * ours would.
 * @returns what deletes the topics
 */
export async function plantLog(kafka: Kafka, codec: Codec, env: string): Promise<() => Promise<void>> {
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({
    waitForLeaders: true,
    topics: [
      ...topicsOf(env).map((topic) => ({ topic, numPartitions: planted.length })),
      { topic: `${env}.${plans}`, numPartitions: 1 },
    ],
  })
  const producer = kafka.producer()
  await producer.connect()
  const send = (topic: string, messages: { partition: number; value: Buffer; headers?: Record<string, string> }[]) =>
    messages.length === 0 ? null : producer.send({ topic: `${env}.${topic}`, messages })
  for (const { chunk } of [littlePlan, longerPlan, otherPlan])
    await send(plans, [{ partition: 0, value: codec.encode('onsale.venue.PlanChunk', chunk) }])
  for (const [partition, { plant }] of planted.entries()) {
    const script = new LogScript(partition)
    const room = new RoomScript(partition, script)
    plant(script, room)
    for (const [journal, written] of [
      ['reservation', script],
      ['queue', room],
    ] as const) {
      const commands = written.commands.map((headers) => ({ partition, value: Buffer.from('never read'), headers }))
      await send(`${journal}.commands`, commands)
      const records = written.records.map(({ name, data, headers }) => ({
        partition,
        value: encoded(codec, name, data),
        headers,
      }))
      await send(`${journal}.events`, records)
    }
  }
  await producer.disconnect()
  return async () => {
    await admin.deleteTopics({ topics: [...topicsOf(env), `${env}.${plans}`] })
    await admin.disconnect()
  }
}

/** A stale owner may have written anything: what can't be encoded is written as it is. */
function encoded(codec: Codec, name: string, data: object): Buffer {
  try {
    return codec.encode(name, data)
  } catch {
    return Buffer.from(JSON.stringify(data))
  }
}

import type { Codec } from '@onsale/platform/codec'
import type { Kafka } from 'kafkajs'
import { littlePlan, longerPlan, otherPlan } from './little-plans.js'
import { LogScript } from './log-script.js'
import { planted } from './planted.js'

const names = { commands: 'reservation.commands', events: 'reservation.events', plans: 'venue.plans' }

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
      { topic: `${env}.${names.commands}`, numPartitions: planted.length },
      { topic: `${env}.${names.events}`, numPartitions: planted.length },
      { topic: `${env}.${names.plans}`, numPartitions: 1 },
    ],
  })
  const producer = kafka.producer()
  await producer.connect()
  const send = (topic: string, messages: { partition: number; value: Buffer; headers?: Record<string, string> }[]) =>
    messages.length === 0 ? null : producer.send({ topic: `${env}.${topic}`, messages })
  for (const { chunk } of [littlePlan, longerPlan, otherPlan])
    await send(names.plans, [{ partition: 0, value: codec.encode('onsale.venue.PlanChunk', chunk) }])
  for (const [partition, { plant }] of planted.entries()) {
    const script = new LogScript(partition)
    plant(script)
    const commands = script.commands.map((headers) => ({ partition, value: Buffer.from('never read'), headers }))
    await send(names.commands, commands)
    const records = script.records.map(({ name, data, headers }) => ({
      partition,
      value: encoded(codec, name, data),
      headers,
    }))
    await send(names.events, records)
  }
  await producer.disconnect()
  return async () => {
    await admin.deleteTopics({ topics: Object.values(names).map((topic) => `${env}.${topic}`) })
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

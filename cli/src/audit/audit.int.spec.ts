import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { localCodec } from '@onsale/platform/codec'
import { Kafka, logLevel } from 'kafkajs'
import type { AuditResult } from './audit.js'
import { auditLog } from './run-audit.js'
import { littlePlan, longerPlan, otherPlan } from './testing/little-plans.js'
import { LogScript } from './testing/log-script.js'
import { planted } from './testing/planted.js'

const kafka = new Kafka({
  brokers: (process.env.ONSALE_KAFKA_BROKERS ?? '').split(','),
  clientId: 'audit-int',
  logLevel: logLevel.NOTHING,
})
const codec = localCodec()
const env = `audit-${randomUUID()}`
const topics = { commands: 'reservation.commands', events: 'reservation.events', plans: 'venue.plans' }

/** One planted mistake for each partition: written by a raw producer, as no decider of ours would. */
describe('the audit of a log on a real broker', () => {
  let result: AuditResult

  beforeAll(async () => {
    const admin = kafka.admin()
    await admin.connect()
    await admin.createTopics({
      waitForLeaders: true,
      topics: [
        { topic: `${env}.${topics.commands}`, numPartitions: planted.length },
        { topic: `${env}.${topics.events}`, numPartitions: planted.length },
        { topic: `${env}.${topics.plans}`, numPartitions: 1 },
      ],
    })
    await admin.disconnect()
    const producer = kafka.producer()
    await producer.connect()
    const send = (topic: string, messages: { partition: number; value: Buffer; headers?: Record<string, string> }[]) =>
      producer.send({ topic: `${env}.${topic}`, messages })
    for (const { chunk } of [littlePlan, longerPlan, otherPlan])
      await send(topics.plans, [{ partition: 0, value: codec.encode('onsale.venue.PlanChunk', chunk) }])
    for (const [partition, { plant }] of planted.entries()) {
      const script = new LogScript(partition)
      plant(script)
      if (script.commands.length > 0)
        await send(
          topics.commands,
          script.commands.map((headers) => ({ partition, value: Buffer.from('never read'), headers })),
        )
      await send(
        topics.events,
        script.records.map(({ name, data, headers }) => ({ partition, value: encoded(name, data), headers })),
      )
    }
    await producer.disconnect()
    result = (await auditLog({ kafka, codec, env })).result()
  })

  afterAll(async () => {
    const admin = kafka.admin()
    await admin.connect()
    await admin.deleteTopics({ topics: Object.values(topics).map((topic) => `${env}.${topic}`) })
    await admin.disconnect()
  })

  for (const [partition, { title, invariant, also = [] }] of planted.entries())
    it(`${invariant ?? 'nothing wrong'}: ${title}`, () => {
      const names = result.violations.filter((violation) => violation.partition === partition)
      const expected = invariant === null ? [] : [invariant, ...also]
      expect([...new Set(names.map((violation) => violation.invariant))].sort()).toEqual(expected.sort())
    })

  it('ignores what a stale owner wrote, and counts it', () => expect(result.ignoredStale).toBe(1))
})

/** A stale owner may have written anything: what can't be encoded is written as it is. */
function encoded(name: string, data: object): Buffer {
  try {
    return codec.encode(name, data)
  } catch {
    return Buffer.from(JSON.stringify(data))
  }
}

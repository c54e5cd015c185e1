import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type SuiteServers, suiteServers } from '@onsale/infra'
import { type Admin, type Kafka, Partitioners } from 'kafkajs'
import { pino } from 'pino'
import { createKafka, header, ownerClaimedName, topicNames } from '../log/index.js'
import { systemTimers } from '../ports/index.js'
import {
  buildBatch,
  committedBatches,
  lastAnswered,
  latestClaim,
  OffsetOutOfRangeError,
  openRawLog,
  type RawEntry,
  type RawLog,
  recordsOf,
} from './index.js'

let servers: SuiteServers
let kafka: Kafka
let admin: Admin
let raw: RawLog
let topic: string

beforeAll(async () => {
  servers = await suiteServers('rawlog')
  topic = topicNames(servers.variables.ONSALE_ENV as string).events
  const brokers = (servers.variables.ONSALE_KAFKA_BROKERS as string).split(',')
  kafka = createKafka({ brokers, clientId: 'raw-log-spec' }, pino({ level: 'silent' }))
  admin = kafka.admin()
  await admin.connect()
  raw = openRawLog({ admin, clientId: 'raw-log-spec', timers: systemTimers })
})
afterAll(async () => {
  await raw?.close()
  await admin?.disconnect()
  await servers?.drop()
})

const committed = async (partition: number): Promise<RawEntry[]> => {
  const of = { topic, partition }
  const { committed: end } = await raw.ends(of)
  const found: RawEntry[] = []
  for (let at = 0; at < end; ) {
    for (const { batch, counts } of committedBatches(await raw.fetch(of, at, { maxBytes: 1_000 }), at)) {
      if (counts) for (const record of recordsOf(batch)) found.push({ ...record, body: Buffer.from(record.body) })
      at = batch.lastOffset + 1
    }
  }
  return found
}

const producerOf = (transactionalId: string) =>
  kafka.producer({
    transactionalId,
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  })
const message = (partition: number, type: string, claimId: string, more: Record<string, string> = {}) => ({
  partition,
  key: 'k',
  value: type,
  headers: { [header.type]: type, [header.claimId]: claimId, ...more },
})

describe('a raw log', () => {
  it('gives what was committed, with the times of the broker, and nothing of a transaction that was given up', async () => {
    const producer = producerOf('raw-log-0')
    await producer.connect()
    for (const text of ['kept', 'given up', 'kept too']) {
      const transaction = await producer.transaction()
      await transaction.send({ topic, acks: -1, messages: [message(0, text, 'a'), message(0, text, 'a')] })
      await (text === 'given up' ? transaction.abort() : transaction.commit())
    }
    await producer.disconnect()
    const records = await committed(0)
    expect(records.map(({ offset }) => offset)).toEqual([0, 1, 6, 7])
    expect(records[0]?.timestamp).toBe(records[1]?.timestamp)
    await expect(raw.fetch({ topic, partition: 0 }, 99, { maxBytes: 1_000 })).rejects.toThrow(OffsetOutOfRangeError)
  })

  it('takes batches and the ends of empty transactions: another partition gets the same records at the same offsets and times', async () => {
    const resource = { type: 2, name: topic, configEntries: [{ name: 'message.timestamp.type', value: 'CreateTime' }] }
    await admin.alterConfigs({ validateOnly: false, resources: [resource] })
    const records = await committed(0)
    const to = { topic, partition: 1 }
    for (const record of records) {
      for (let { end } = await raw.ends(to); end < record.offset; end += 1) await raw.appendMarker(to)
      expect(await raw.append(to, buildBatch([record]))).toEqual({ error: 0, baseOffset: record.offset })
    }
    expect(await committed(1)).toEqual(records)
    expect(await raw.ends(to)).toEqual({ start: 0, committed: 8, end: 8 })
  })
})

describe('the latest claim of a journal', () => {
  it('is found wherever it lies, and whatever a stale owner wrote behind it', async () => {
    const of = { topic, partition: 1 }
    const producer = producerOf('raw-log-1')
    await producer.connect()
    const commit = async (...messages: ReturnType<typeof message>[]) => {
      const transaction = await producer.transaction()
      const [{ baseOffset } = {}] = await transaction.send({ topic, acks: -1, messages })
      await transaction.commit()
      return Number(baseOffset)
    }
    const seats = (claimId: string, count: number, answers = -1) =>
      Array.from({ length: count }, (_, at) =>
        message(1, 'SeatsHeld', claimId, at === 0 && answers >= 0 ? { [header.commandOffset]: String(answers) } : {}),
      )
    const claims: Record<string, number> = {}
    for (const claimId of ['one', 'two', 'three']) {
      claims[claimId] = await commit(message(1, ownerClaimedName, claimId))
      for (const count of [1, 40, 300]) await commit(...seats(claimId, count, count))
    }
    expect(await latestClaim(raw, of)).toMatchObject({ claimId: 'three', offset: claims.three })
    expect(await lastAnswered(raw, of)).toBe(300)
    await commit(...seats('two', 3))
    expect(await latestClaim(raw, of)).toMatchObject({ claimId: 'three', offset: claims.three })
    claims.four = await commit(message(1, ownerClaimedName, 'four'))
    expect(await latestClaim(raw, of)).toMatchObject({ claimId: 'four', offset: claims.four })
    await producer.disconnect()
  })
})

import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Admin } from 'kafkajs'
import { pino } from 'pino'
import { localCodec } from '../codec/index.js'
import { systemIds } from '../ports/index.js'
import { createKafka, logEnds, type SnapshotHead, SnapshotTopic, type WholeSnapshot } from './index.js'

const logger = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' })
const brokers = (process.env.ONSALE_KAFKA_BROKERS ?? '').split(',')
const kafka = createKafka({ brokers, clientId: 'snapshot-int' }, logger)
const codec = localCodec()
const never = new AbortController().signal
let admin: Admin

beforeAll(async () => {
  admin = kafka.admin()
  await admin.connect()
})
afterAll(() => admin.disconnect())

async function snapshotTopic(settings: Record<string, string> = {}) {
  const topic = `snapshot-int.${systemIds.uuid()}`
  const configEntries = Object.entries({ 'cleanup.policy': 'compact', ...settings })
  await admin.createTopics({
    waitForLeaders: true,
    topics: [{ topic, numPartitions: 2, configEntries: configEntries.map(([name, value]) => ({ name, value })) }],
  })
  return { topic, snapshots: new SnapshotTopic({ kafka, admin, topic, codec, logger }) }
}

const head = (journalOffset: number): SnapshotHead => ({
  snapshotId: systemIds.uuid(),
  foldVersion: 1,
  journalOffset,
  claimId: 'claim',
  takenAt: 1,
  takenBy: 'me',
})

async function* pieces(texts: string[], failsAfter = Number.POSITIVE_INFINITY): AsyncGenerator<Buffer, string> {
  for (const [at, text] of texts.entries()) {
    if (at === failsAfter) throw new Error('the writer died')
    yield Buffer.from(text)
  }
  return `hash of ${texts.join('')}`
}

async function textOf(snapshots: SnapshotTopic, whole: WholeSnapshot | null): Promise<string | null> {
  if (!whole) return null
  let text = ''
  const onBytes = async (bytes: Buffer) => {
    text += bytes.toString()
  }
  await snapshots.read(whole, onBytes, never)
  return text
}

test('the newest whole snapshot of its partition is found and read, and the one before it', async () => {
  const { snapshots } = await snapshotTopic()
  expect(await snapshots.newest(0)).toBeNull()
  await snapshots.write(0, head(10), pieces(['a', 'b', 'c']))
  await snapshots.write(1, head(99), pieces([]))
  const second = await snapshots.write(0, head(20), pieces(['d', 'e']))
  const newest = await snapshots.newest(0)
  expect(newest).toEqual(second)
  expect(newest).toMatchObject({ journalOffset: 20, foldHash: 'hash of de', partition: 0 })
  expect(await textOf(snapshots, newest)).toBe('de')
  const before = newest && (await snapshots.before(newest))
  expect(before).toMatchObject({ journalOffset: 10, foldHash: 'hash of abc', slot: 1 - (newest?.slot ?? 0) })
  expect(await textOf(snapshots, before)).toBe('abc')
  expect(before && (await snapshots.before(before))).toBeNull()
  const empty = await snapshots.newest(1)
  expect([empty?.journalOffset, await textOf(snapshots, empty)]).toEqual([99, ''])
})

test('what a writer that died has left is nothing: the whole one before stands, and the next one goes on from it', async () => {
  const { snapshots } = await snapshotTopic()
  await expect(snapshots.write(0, head(5), pieces(['x', 'y'], 1))).rejects.toThrow('died')
  expect(await snapshots.newest(0)).toBeNull()
  await snapshots.write(0, head(10), pieces(['a', 'b']))
  await expect(snapshots.write(0, head(20), pieces(['c', 'd', 'e'], 2))).rejects.toThrow('died')
  const newest = await snapshots.newest(0)
  expect([newest?.journalOffset, await textOf(snapshots, newest)]).toEqual([10, 'ab'])
  const next = await snapshots.write(0, head(30), pieces(['f']))
  expect(next.slot).not.toBe(newest?.slot)
  expect(await snapshots.before(next)).toEqual(newest)
  expect(await textOf(snapshots, await snapshots.newest(0))).toBe('f')
})

test('two writers at once leave snapshots that are whole, or none', async () => {
  const { snapshots } = await snapshotTopic()
  const texts = [Array.from({ length: 20 }, (_, n) => `a${n}`), Array.from({ length: 20 }, (_, n) => `b${n}`)]
  await Promise.all(texts.map((some, at) => snapshots.write(0, head(at), pieces(some))))
  const newest = await snapshots.newest(0)
  expect(texts.map((some) => some.join(''))).toContain(await textOf(snapshots, newest))
})

test('nonsense at the end of the topic hides what is before it, and no more', async () => {
  const { topic, snapshots } = await snapshotTopic()
  await snapshots.write(0, head(10), pieces(['a']))
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic, messages: [{ partition: 0, key: '0.0', value: 'nonsense' }] })
  await producer.disconnect()
  expect(await snapshots.newest(0)).toBeNull()
  await snapshots.write(0, head(20), pieces(['b']))
  expect(await textOf(snapshots, await snapshots.newest(0))).toBe('b')
})

test('a piece that is gone, or altered, is noticed', async () => {
  const { topic, snapshots } = await snapshotTopic({ 'cleanup.policy': 'compact,delete' })
  const whole = await snapshots.write(0, head(10), pieces(['a', 'b', 'c']))
  await logEnds(admin, topic)
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '1' }] })
  expect(await snapshots.newest(0)).toEqual(whole)
  await expect(textOf(snapshots, whole)).rejects.toThrow()
  const next = await snapshots.write(0, head(20), pieces(['d', 'e']))
  expect(await textOf(snapshots, next)).toBe('de')
  await expect(textOf(snapshots, { ...next, chunks: 9 })).rejects.toThrow('3 of 9 pieces')
})

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { type Admin, ConfigResourceTypes } from 'kafkajs'
import { pino } from 'pino'
import { localCodec } from '../codec/index.js'
import { systemIds } from '../ports/index.js'
import { createKafka, logEnds, type SnapshotHead, SnapshotTopic, type WholeSnapshot } from './index.js'
import { startLogReader } from './log-reader.js'

jest.setTimeout(120_000)

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

describe('the broker compacts the topic', () => {
  /** How long its cleaner rests where there was nothing to clean; the usual are 15 s. */
  const cleanerRests = async (ms: string) => {
    const configEntries = [{ name: 'log.cleaner.backoff.ms', value: ms }]
    const { brokers: all } = await admin.describeCluster()
    const resources = all.map(({ nodeId }) => ({ type: ConfigResourceTypes.BROKER, name: `${nodeId}`, configEntries }))
    await admin.alterConfigs({ validateOnly: false, resources })
  }
  beforeAll(() => cleanerRests('200'))
  afterAll(() => cleanerRests('15000'))

  const roll = { 'segment.ms': '1', 'min.cleanable.dirty.ratio': '0', 'max.compaction.lag.ms': '1' }

  /** Offsets of the partition's records that are still there, once the log has been read to its end. */
  async function offsetsIn(topic: string): Promise<number[]> {
    const end = (await logEnds(admin, topic)).get(0)?.end ?? 0
    const offsets: number[] = []
    let done: () => void = () => {}
    const read = new Promise<void>((resolve) => {
      done = resolve
    })
    const reader = await startLogReader({
      ...{ kafka, topic, name: 'compaction', logger, maxWaitMs: 20, from: [{ partition: 0, offset: 0 }] },
      async onBatch({ records, nextOffset }) {
        for (const { offset } of records) offsets.push(offset)
        if (nextOffset >= end) done()
      },
    })
    await read
    await reader.stop()
    return offsets
  }

  test('and the newest snapshot and the one before it stay whole, however many there were', async () => {
    const { topic, snapshots } = await snapshotTopic(roll)
    const texts = Array.from({ length: 8 }, (_, of) => Array.from({ length: 8 - of }, (_, n) => `${of}.${n}`))
    for (const [at, some] of texts.entries()) await snapshots.write(0, head(at), pieces(some))
    const written = (await logEnds(admin, topic)).get(0)?.end ?? 0
    expect(written).toBe(8 + 7 + 6 + 5 + 4 + 3 + 2 + 1 + 8)
    let left = await offsetsIn(topic)
    // Of each slot its newest pieces: 9 of the first, 8 of the second. The newest records wait for their segment to be closed.
    while (left.length > 20) left = await offsetsIn(topic)
    expect(left[0]).toBeGreaterThan(0)

    const newest = await snapshots.newest(0)
    expect(newest).toMatchObject({ journalOffset: 7 })
    expect(await textOf(snapshots, newest)).toBe('7.0')
    const before = newest && (await snapshots.before(newest))
    expect(await textOf(snapshots, before)).toBe('6.06.1')
    // The one before that has lost its pieces to those that came after it in its slot.
    const gone = before && (await snapshots.before(before))
    if (gone) await expect(textOf(snapshots, gone)).rejects.toThrow(/missing|of \d+ pieces/)

    // A writer that died on the way has overwritten pieces of the older one only.
    await expect(snapshots.write(0, head(8), pieces(['x', 'y', 'z'], 2))).rejects.toThrow('died')
    expect(await textOf(snapshots, await snapshots.newest(0))).toBe('7.0')
    await snapshots.write(0, head(9), pieces(['n', 'e', 'w']))
    expect(await textOf(snapshots, await snapshots.newest(0))).toBe('new')
  })
})

import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Admin } from 'kafkajs'
import { pino } from 'pino'
import { localCodec } from '../codec/index.js'
import { systemClock, systemIds, systemTimers } from '../ports/index.js'
import {
  type CountedRecord,
  createKafka,
  header,
  headerText,
  IndefiniteAppendError,
  IngressProducer,
  LogGapError,
  logEnds,
  type OwnedRecord,
  openOwnerLog,
  ownerClaimedName,
  PartitionGroup,
  PlanCatalog,
  type RawRecord,
  readRecordAt,
  startJournalReader,
  startLogReader,
} from './index.js'

const logger = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' })
const kafka = createKafka({ brokers: (process.env.ONSALE_KAFKA_BROKERS ?? '').split(','), clientId: 'log-int' }, logger)
const codec = {
  encode: (name: string, data: unknown) => Buffer.from(JSON.stringify({ name, data })),
  decode: (value: Buffer) => JSON.parse(value.toString('utf8')),
}
let admin: Admin

beforeAll(async () => {
  admin = kafka.admin()
  await admin.connect()
})
afterAll(() => admin.disconnect())

async function topic(partitions = 1): Promise<string> {
  const name = `log-int.${systemIds.uuid()}`
  await admin.createTopics({
    waitForLeaders: true,
    topics: [
      {
        topic: name,
        numPartitions: partitions,
        configEntries: [{ name: 'message.timestamp.type', value: 'LogAppendTime' }],
      },
    ],
  })
  return name
}

const until = async (holds: () => boolean | Promise<boolean>) => {
  while (!(await holds())) await systemTimers.sleep(10)
}

const owned = (claimId: string, type: string, value = ''): OwnedRecord => ({
  key: 'k',
  value: Buffer.from(value),
  headers: { [header.claimId]: claimId, [header.type]: type },
})
const claim = (claimId: string) => owned(claimId, ownerClaimedName)
const owner = (eventsTopic: string, id: string) =>
  openOwnerLog({
    kafka,
    transactionalId: `${eventsTopic}.${id}`,
    eventsTopic,
    parkedTopic: eventsTopic,
    partition: 0,
  })

async function readAll(name: string, offset = 0): Promise<RawRecord[]> {
  const records: RawRecord[] = []
  let readTo = offset
  const end = (await logEnds(admin, name)).get(0)?.end ?? 0
  const reader = await startLogReader({
    kafka,
    topic: name,
    name: 'all',
    from: [{ partition: 0, offset }],
    logger,
    async onBatch(batch) {
      records.push(...batch.records)
      readTo = batch.nextOffset
    },
  })
  await until(() => readTo >= end)
  await reader.stop()
  return records
}

test('an owner appends in one batch without gaps, stamped by the broker, and a new owner fences the old one', async () => {
  const events = await topic()
  const first = await owner(events, 'p')
  const { baseOffset } = await first.append([claim('a')])
  expect(baseOffset).toBe(0)
  const before = systemClock.now()
  const appended = await first.append([owned('a', 'x', '1'), owned('a', 'x', '2'), owned('a', 'x', '3')])
  expect(appended.baseOffset).toBe(2)

  const second = await owner(events, 'p')
  await second.append([claim('b')])
  await expect(first.append([owned('a', 'x', 'late')])).rejects.toThrow(IndefiniteAppendError)
  await second.append([owned('b', 'x', '4')])

  const records = await readAll(events)
  expect(records.map(({ offset, value }) => [offset, value?.toString()])).toEqual([
    [0, ''],
    [2, '1'],
    [3, '2'],
    [4, '3'],
    [6, ''],
    [8, '4'],
  ])
  for (const { appendedAt } of records) expect(Math.abs(appendedAt - before)).toBeLessThan(60_000)
  await Promise.all([first.close(), second.close()])
})

test('transactions one after the other ask for nothing but what they are', async () => {
  const name = await topic()
  const producer = kafka.producer({ transactionalId: `${name}.requests`, maxInFlightRequests: 1, idempotent: true })
  await producer.connect()
  const asked: string[] = []
  producer.on(producer.events.REQUEST, ({ payload }) => asked.push(payload.apiName))
  const transact = async () => {
    asked.length = 0
    const transaction = await producer.transaction()
    await transaction.send({ topic: name, messages: [{ value: 'x' }] })
    await transaction.commit()
    // Partitions are added again while the markers of the transaction before are written.
    return asked.filter((api, at) => api !== asked[at - 1])
  }
  await transact()
  for (let again = 0; again < 20; again += 1)
    expect(await transact()).toEqual(['AddPartitionsToTxn', 'Produce', 'EndTxn'])
  await producer.disconnect()
})

test('a stale claim that slips past the fence is ignored by the journal reader, from any starting place', async () => {
  const events = await topic()
  const [one, two] = await Promise.all([owner(events, 'one'), owner(events, 'two')])
  await one.append([claim('a'), owned('a', 'x', '1')])
  await two.append([claim('b'), owned('b', 'x', '2')])
  await one.append([owned('a', 'x', 'stale')])
  await two.append([owned('b', 'x', '3')])
  for (const cursor of [
    { partition: 0, offset: 0, claimId: null },
    { partition: 0, offset: 4, claimId: 'b' },
  ]) {
    const counted: CountedRecord[] = []
    let ignored = 0
    const reader = await startJournalReader({
      kafka,
      topic: events,
      name: 'journal',
      cursors: [cursor],
      logger,
      async onBatch({ records }) {
        counted.push(...records)
      },
      onIgnored(count) {
        ignored += count
      },
    })
    await until(() => counted.some(({ value }) => value?.toString() === '3'))
    await reader.stop()
    expect(counted.map(({ value }) => value?.toString())).not.toContain('stale')
    expect(ignored).toBe(1)
  }
  await Promise.all([one.close(), two.close()])
})

test('a failing batch comes again with the same records, in order', async () => {
  const events = await topic()
  const log = await owner(events, 'p')
  await log.append([claim('a'), owned('a', 'x', '1')])
  await log.append([owned('a', 'x', '2')])
  const seen: string[] = []
  let failures = 3
  const reader = await startLogReader({
    kafka,
    topic: events,
    name: 'again',
    from: [{ partition: 0, offset: 0 }],
    logger,
    async onBatch({ records }) {
      if (failures-- > 0) throw new Error('not now')
      seen.push(...records.map(({ value }) => value?.toString() ?? ''))
    },
  })
  await until(() => seen.includes('2'))
  await reader.stop()
  expect(seen).toEqual(['', '1', '2'])
  await log.close()
})

test('a reader whose place is not in the log stops loudly instead of starting over', async () => {
  const events = await topic()
  const log = await owner(events, 'p')
  await log.append([claim('a')])
  await log.close()
  const reader = await startLogReader({
    kafka,
    topic: events,
    name: 'gap',
    from: [{ partition: 0, offset: 900 }],
    logger,
    async onBatch() {},
  })
  expect(await reader.failed).toBeInstanceOf(LogGapError)
  await reader.stop()
})

test('nor does it go on behind what was deleted, when only markers are left', async () => {
  const events = await topic()
  const log = await owner(events, 'p')
  await log.append([claim('a')])
  await log.close()
  // The admin client deletes only where it has met the partition's leader before.
  await logEnds(admin, events)
  await admin.deleteTopicRecords({ topic: events, partitions: [{ partition: 0, offset: '1' }] })
  const passed: number[] = []
  const reader = await startLogReader({
    kafka,
    topic: events,
    name: 'gap',
    from: [{ partition: 0, offset: 0 }],
    logger,
    async onBatch({ nextOffset }) {
      passed.push(nextOffset)
    },
  })
  let death: Error | undefined
  void reader.failed.then((error) => {
    death = error
  })
  await until(() => death !== undefined || passed.length > 0)
  expect(passed).toEqual([])
  expect(death).toBeInstanceOf(LogGapError)
  await reader.stop()
})

test('a backlog of more than the broker takes in one batch is appended whole', async () => {
  const commands = await topic()
  const producer = new IngressProducer({ kafka, topic: commands, codec, clock: systemClock, logger })
  await producer.start()
  const data = 'x'.repeat(2_000)
  const sent = await Promise.all(
    Array.from({ length: 1_500 }, () => producer.append({ partition: 0, key: 'k', name: 'x', data, headers: {} })),
  )
  await producer.stop()
  expect(sent.map(({ offset }) => offset)).toEqual(sent.map((_, n) => n))
})

test('one record is found at its offset, and null at a marker', async () => {
  const events = await topic()
  const log = await owner(events, 'p')
  await log.append([claim('a')])
  await log.append([owned('a', 'x', 'here')])
  expect((await readRecordAt({ kafka, topic: events, partition: 0, offset: 2, logger }))?.value?.toString()).toBe(
    'here',
  )
  expect(await readRecordAt({ kafka, topic: events, partition: 0, offset: 1, logger })).toBeNull()
  await log.close()
})

test('ingress answers each of many concurrent appends with its own offset', async () => {
  const commands = await topic(2)
  const producer = new IngressProducer({ kafka, topic: commands, codec, clock: systemClock, logger })
  await producer.start()
  const sent = await Promise.all(
    Array.from({ length: 500 }, async (_, n) => {
      const { offset } = await producer.append({ partition: n % 2, key: 'k', name: 'x', data: n, headers: {} })
      return { n, offset }
    }),
  )
  await producer.stop()
  const records = await readAll(commands)
  expect(records).toHaveLength(250)
  for (const { n, offset } of sent.filter(({ n }) => n % 2 === 0)) {
    expect(JSON.parse(records[offset]?.value?.toString() ?? '').data).toBe(n)
  }
})

test('two members share the partitions, and one takes over all when the other leaves; each is fed from where its owner says', async () => {
  const commands = await topic(2)
  const producer = new IngressProducer({ kafka, topic: commands, codec, clock: systemClock, logger })
  await producer.start()
  for (let n = 0; n < 6; n += 1) await producer.append({ partition: n % 2, key: 'k', name: 'x', data: n, headers: {} })
  await producer.stop()
  const groupId = `${commands}.deciders`
  const fed = new Map<string, string[]>()
  const member = (name: string) => {
    const group: PartitionGroup = new PartitionGroup({
      kafka,
      topic: commands,
      groupId,
      logger,
      sessionTimeoutMs: 3_000,
      heartbeatMs: 100,
      onAssigned(partition) {
        group.feed(partition, 1, (records) => {
          const key = `${name}/${partition}`
          fed.set(key, [
            ...(fed.get(key) ?? []),
            ...records.map(({ offset, headers }) => `${offset}${headerText({ headers }, header.id) ?? ''}`),
          ])
        })
      },
      onRevoked() {},
    })
    group.start()
    return group
  }
  const a = member('a')
  await until(() => a.partitions.length === 2)
  await until(() => fed.get('a/0')?.length === 2 && fed.get('a/1')?.length === 2)
  expect(fed.get('a/0')).toEqual(['1', '2'])
  const b = member('b')
  await until(() => a.partitions.length === 1 && b.partitions.length === 1)
  await b.confirmed()
  await a.stop()
  await until(() => b.partitions.length === 2)
  const [taken] = [0, 1].filter((partition) => fed.has(`a/${partition}`) && fed.has(`b/${partition}`))
  await until(() => ['b/0', 'b/1'].every((key) => fed.get(key)?.length === 2))
  expect(taken).toBeDefined()
  await b.stop()
})

test('whoever waits for plans that can no longer be read is told so', async () => {
  const plans = await topic()
  const producer = new IngressProducer({ kafka, topic: plans, codec, clock: systemClock, logger })
  await producer.append({ partition: 0, key: 'k', name: 'x', data: 1, headers: {} })
  await producer.append({ partition: 0, key: 'k', name: 'x', data: 2, headers: {} })
  await producer.stop()
  await logEnds(admin, plans)
  await admin.deleteTopicRecords({ topic: plans, partitions: [{ partition: 0, offset: '1' }] })
  const catalog = new PlanCatalog({ kafka, topic: plans, codec, logger, parse: (json) => json })
  await catalog.start()
  await expect(catalog.catchUp()).rejects.toThrow(LogGapError)
  await expect(catalog.catchUp()).rejects.toThrow(LogGapError)
  await catalog.stop()
})

test('a plan is found though nonsense stands before it; stored twice it is one', async () => {
  const plans = await topic()
  const real = localCodec()
  const nonsense = new IngressProducer({ kafka, topic: plans, codec, clock: systemClock, logger })
  await nonsense.append({ partition: 0, key: 'k', name: 'x', data: 1, headers: {} })
  await nonsense.stop()
  const catalog = new PlanCatalog({ kafka, topic: plans, codec: real, logger, parse: (json) => JSON.parse(json) })
  await catalog.start()
  const plan = { name: 'Yard', canonicalJson: JSON.stringify({ places: 'x'.repeat(2_000_000) }) }
  const [{ planHash }, again] = [await catalog.append(plan), await catalog.append(plan)]
  expect(again.planHash).toBe(planHash)
  expect(catalog.get(planHash)).toEqual(JSON.parse(plan.canonicalJson))
  expect(catalog.list()).toEqual([{ planHash, name: 'Yard' }])
  await catalog.stop()
})

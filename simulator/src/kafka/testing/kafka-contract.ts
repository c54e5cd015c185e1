import { expect } from '@jest/globals'
import { type RawBatch, type RawRecord, startLogReader } from '@onsale/platform/log'
import type { Timers } from '@onsale/platform/ports'
import { AssignerProtocol, type Consumer, type Kafka, type PartitionAssigner, type Producer } from 'kafkajs'
import { pino } from 'pino'

/** A Kafka, simulated or real, and what a test does to it beside using a client. */
export interface KafkaUnderTest {
  /** Of one client process. */
  kafka(): Kafka
  /** A client whose connections lose every reply while `losing.replies` is true. */
  unreliable(): { kafka: Kafka; losing: { replies: boolean } }
  /** An empty topic with LogAppendTime. */
  topic(partitions: number): Promise<string>
  /** Everything before the offset is gone. */
  trim(topic: string, partition: number, offset: number): Promise<void>
  /** Unique in the cluster. */
  name(prefix: string): string
  timers: Timers
}

interface Contract {
  name: string
  run(it: KafkaUnderTest): Promise<void>
}

const logger = pino({ level: 'silent' })
const text = (value: Buffer | null) => value?.toString() ?? null

const transactional = (kafka: Kafka, transactionalId: string): Producer =>
  kafka.producer({
    transactionalId,
    idempotent: true,
    maxInFlightRequests: 1,
    transactionTimeout: 10_000,
    retry: { initialRetryTime: 5, retries: 8 },
  })

const idempotent = (kafka: Kafka, retries = 5): Producer =>
  kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    retry: { initialRetryTime: 5, maxRetryTime: 50, retries },
  })

/** Reads a partition from `from` with the real LogReader, until `enough`. */
async function read(
  it: KafkaUnderTest,
  topic: string,
  enough: (values: (string | null)[], nextOffset: number) => boolean,
  { partition = 0, from = 0 } = {},
): Promise<{ values: (string | null)[]; offsets: number[]; nextOffset: number; last: RawRecord | undefined }> {
  const values: (string | null)[] = []
  const offsets: number[] = []
  let nextOffset = from
  let last: RawRecord | undefined
  const { promise, resolve } = Promise.withResolvers<void>()
  const reader = await startLogReader({
    kafka: it.kafka(),
    topic,
    name: it.name('contract'),
    from: [{ partition, offset: from }],
    logger,
    timers: it.timers,
    async onBatch(batch: RawBatch) {
      for (const { value, offset } of batch.records) {
        values.push(text(value))
        offsets.push(offset)
      }
      nextOffset = batch.nextOffset
      last = batch.records.at(-1) ?? last
      if (enough(values, nextOffset)) resolve()
    },
  })
  await promise
  await reader.stop()
  return { values, offsets, nextOffset, last }
}

async function send(producer: Producer, topic: string, ...values: string[]) {
  const [answer] = await producer.send({ topic, acks: -1, messages: values.map((value) => ({ value, partition: 0 })) })
  return Number(answer?.baseOffset)
}

/** Gives every member its share, in the order of member ids. */
const evenly: PartitionAssigner = ({ cluster }) => ({
  name: 'evenly',
  version: 1,
  async assign({ members, topics }) {
    const topic = topics[0] as string
    const partitions = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId)
    const ids = members.map(({ memberId }) => memberId).sort()
    return ids.map((memberId, at) => ({
      memberId,
      memberAssignment: AssignerProtocol.MemberAssignment.encode({
        version: 1,
        assignment: { [topic]: partitions.filter((partition) => partition % ids.length === at) },
        userData: Buffer.alloc(0),
      }),
    }))
  },
  protocol: ({ topics }) => ({
    name: 'evenly',
    metadata: AssignerProtocol.MemberMetadata.encode({ version: 1, topics, userData: Buffer.alloc(0) }),
  }),
})

interface Member {
  consumer: Consumer
  partitions: number[]
  joins: number
  block: Promise<void> | null
}

async function member(it: KafkaUnderTest, topic: string, groupId: string): Promise<Member> {
  const consumer = it.kafka().consumer({
    groupId,
    partitionAssigners: [evenly],
    sessionTimeout: 1_500,
    heartbeatInterval: 200,
    rebalanceTimeout: 3_000,
    maxWaitTimeInMs: 100,
    retry: { initialRetryTime: 20, retries: 8, restartOnFailure: async () => false },
  })
  const me: Member = { consumer, partitions: [], joins: 0, block: null }
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    me.partitions = [...(payload.memberAssignment[topic] ?? [])]
    me.joins += 1
  })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    eachBatch: async ({ batch, resolveOffset }) => {
      if (me.block) await me.block
      resolveOffset(batch.lastOffset())
    },
  })
  return me
}

async function until(it: KafkaUnderTest, condition: () => boolean): Promise<void> {
  while (!condition()) await it.timers.sleep(50)
}

/** What the system takes for granted of Kafka and kafkajs: each holds of the real one and of the simulated one. */
export const kafkaContracts: Contract[] = [
  {
    name: 'records of one producer follow each other without gaps; headers come as bytes, times from the broker',
    async run(it) {
      const topic = await it.topic(1)
      const producer = idempotent(it.kafka())
      await producer.connect()
      expect(await send(producer, topic, 'a', 'b')).toBe(0)
      await producer.send({ topic, acks: -1, messages: [{ value: 'c', partition: 0, headers: { x: 'y' } }] })
      await producer.disconnect()
      const { values, offsets, last } = await read(it, topic, (all) => all.length === 3)
      expect(values).toEqual(['a', 'b', 'c'])
      expect(offsets).toEqual([0, 1, 2])
      expect(last?.headers).toEqual({ x: Buffer.from('y') })
      expect(last?.appendedAt).toBeGreaterThan(Date.UTC(2020, 0, 1))
    },
  },
  {
    name: 'the first transaction of a producer fences the one before that had the same transactional id',
    async run(it) {
      const topic = await it.topic(1)
      const id = it.name('fence')
      const [old, fresh] = [transactional(it.kafka(), id), transactional(it.kafka(), id)]
      await old.connect()
      const first = await old.transaction()
      await first.send({ topic, acks: -1, messages: [{ value: 'old', partition: 0 }] })
      await first.commit()
      await fresh.connect()
      const second = await fresh.transaction()
      await second.send({ topic, acks: -1, messages: [{ value: 'fresh', partition: 0 }] })
      await expect(
        (async () => {
          const late = await old.transaction()
          await late.send({ topic, acks: -1, messages: [{ value: 'late', partition: 0 }] })
          await late.commit()
        })(),
      ).rejects.toThrow(/epoch|fenced|newer producer/i)
      await second.commit()
      await Promise.all([old.disconnect().catch(() => {}), fresh.disconnect()])
      const { values } = await read(it, topic, (all) => all.includes('fresh'))
      expect(values).toEqual(['old', 'fresh'])
    },
  },
  {
    name: 'a transaction that is open when its id is taken is aborted, and what it appended is never read',
    async run(it) {
      const topic = await it.topic(1)
      const id = it.name('hijack')
      const [old, fresh] = [transactional(it.kafka(), id), transactional(it.kafka(), id)]
      await old.connect()
      const open = await old.transaction()
      await open.send({ topic, acks: -1, messages: [{ value: 'open', partition: 0 }] })
      await fresh.connect()
      const next = await fresh.transaction()
      await next.send({ topic, acks: -1, messages: [{ value: 'next', partition: 0 }] })
      await next.commit()
      await expect(open.commit()).rejects.toThrow()
      await Promise.all([old.disconnect().catch(() => {}), fresh.disconnect()])
      const { values, offsets } = await read(it, topic, (all) => all.length > 0)
      expect(values).toEqual(['next'])
      // The aborted record and its marker have offsets of their own.
      expect(offsets).toEqual([2])
    },
  },
  {
    name: 'nothing after an open transaction is read before it ends; control markers take offsets',
    async run(it) {
      const topic = await it.topic(1)
      const [writer, other] = [transactional(it.kafka(), it.name('open')), idempotent(it.kafka())]
      await writer.connect()
      await other.connect()
      const open = await writer.transaction()
      await open.send({ topic, acks: -1, messages: [{ value: 'in', partition: 0 }] })
      await send(other, topic, 'after')
      const seen: (string | null)[] = []
      const reading = read(it, topic, (all, nextOffset) => {
        seen.splice(0, seen.length, ...all)
        return nextOffset === 3
      })
      await it.timers.sleep(400)
      expect(seen).toEqual([])
      await open.commit()
      const { values, offsets } = await reading
      expect(values).toEqual(['in', 'after'])
      expect(offsets).toEqual([0, 1])
      await Promise.all([writer.disconnect(), other.disconnect()])
    },
  },
  {
    name: 'of aborted records nothing is read, and a reader passes them',
    async run(it) {
      const topic = await it.topic(1)
      const writer = transactional(it.kafka(), it.name('abort'))
      await writer.connect()
      const gone = await writer.transaction()
      await gone.send({ topic, acks: -1, messages: [{ value: 'gone', partition: 0 }] })
      await gone.abort()
      const { values, nextOffset } = await read(it, topic, (_, next) => next === 2)
      expect({ values, nextOffset }).toEqual({ values: [], nextOffset: 2 })
      await writer.disconnect()
    },
  },
  {
    name: 'kafkajs rolls its sequence back after a failed send: the next one of the same producer passes for a duplicate and vanishes',
    async run(it) {
      const topic = await it.topic(1)
      const { kafka, losing } = it.unreliable()
      const producer = idempotent(kafka, 1)
      await producer.connect()
      await send(producer, topic, 'first')
      losing.replies = true
      await expect(send(producer, topic, 'lost-reply')).rejects.toThrow()
      losing.replies = false
      const offset = await send(producer, topic, 'vanishes')
      expect(offset).toBe(1)
      const fresh = idempotent(it.kafka())
      await fresh.connect()
      await send(fresh, topic, 'last')
      const { values } = await read(it, topic, (all) => all.includes('last'))
      expect(values).toEqual(['first', 'lost-reply', 'last'])
      await Promise.all([producer.disconnect().catch(() => {}), fresh.disconnect()])
    },
  },
  {
    name: 'a reader whose next offset retention has taken stops, and skips nothing',
    async run(it) {
      const topic = await it.topic(1)
      const producer = idempotent(it.kafka())
      await producer.connect()
      await send(producer, topic, 'a', 'b', 'c')
      await producer.disconnect()
      await it.trim(topic, 0, 2)
      let seen = 0
      const reader = await startLogReader({
        kafka: it.kafka(),
        topic,
        name: it.name('contract'),
        from: [{ partition: 0, offset: 0 }],
        logger,
        timers: it.timers,
        async onBatch({ records }) {
          seen += records.length
        },
      })
      expect((await reader.failed).message).toMatch(/offset 0 is not in the log, it offers 2/)
      await reader.stop()
      expect(seen).toBe(0)
    },
  },
  {
    name: 'an admin tells the first offset that is still there and the end, markers counted',
    async run(it) {
      const topic = await it.topic(2)
      const writer = transactional(it.kafka(), it.name('ends'))
      await writer.connect()
      const transaction = await writer.transaction()
      await transaction.send({ topic, acks: -1, messages: ['a', 'b'].map((value) => ({ value, partition: 0 })) })
      await transaction.commit()
      await writer.disconnect()
      const admin = it.kafka().admin()
      await admin.connect()
      // The marker is written a little after the commit is acknowledged.
      let ends = await admin.fetchTopicOffsets(topic)
      while (ends.find(({ partition }) => partition === 0)?.high !== '3') {
        await it.timers.sleep(20)
        ends = await admin.fetchTopicOffsets(topic)
      }
      await it.trim(topic, 0, 1)
      const after = (await admin.fetchTopicOffsets(topic)).sort((a, b) => a.partition - b.partition)
      expect(after.map(({ low, high }) => [low, high])).toEqual([
        ['1', '3'],
        ['0', '0'],
      ])
      await admin.disconnect()
    },
  },
  {
    name: 'transactions of one producer follow each other at once, though the markers of the last may be under way',
    async run(it) {
      const topic = await it.topic(1)
      const writer = transactional(it.kafka(), it.name('fast'))
      await writer.connect()
      for (let n = 0; n < 10; n++) {
        const transaction = await writer.transaction()
        await transaction.send({ topic, acks: -1, messages: [{ value: `${n}`, partition: 0 }] })
        await transaction.commit()
      }
      await writer.disconnect()
      const { values, offsets } = await read(it, topic, (all) => all.length === 10)
      expect(values).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
      expect(offsets).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18])
    },
  },
  {
    name: 'two members share the partitions; one that leaves gives its own to the other',
    async run(it) {
      const topic = await it.topic(2)
      const group = it.name('group')
      const one = await member(it, topic, group)
      await until(it, () => one.partitions.length === 2)
      const two = await member(it, topic, group)
      await until(it, () => one.partitions.length === 1 && two.partitions.length === 1)
      expect([...one.partitions, ...two.partitions].sort()).toEqual([0, 1])
      await two.consumer.disconnect()
      await until(it, () => one.partitions.length === 2)
      await one.consumer.disconnect()
    },
  },
  {
    name: 'a member that is silent for its session loses its partitions, and joins again when it wakes',
    async run(it) {
      const topic = await it.topic(2)
      const group = it.name('group')
      const producer = idempotent(it.kafka())
      await producer.connect()
      const [one, two] = [await member(it, topic, group), await member(it, topic, group)]
      await until(it, () => one.partitions.length === 1 && two.partitions.length === 1)
      const { promise, resolve: wake } = Promise.withResolvers<void>()
      one.block = promise
      for (const partition of [0, 1]) await producer.send({ topic, acks: -1, messages: [{ value: 'x', partition }] })
      await until(it, () => two.partitions.length === 2)
      const joins = one.joins
      one.block = null
      wake()
      await until(it, () => one.joins > joins && one.partitions.length === 1)
      await Promise.all([one.consumer.disconnect(), two.consumer.disconnect(), producer.disconnect()])
    },
  },
]

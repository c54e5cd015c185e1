import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { topicNames } from '@onsale/platform/log'
import { systemTimers } from '@onsale/platform/ports'
import { ownKey, versionPrefix } from '@onsale/platform/redis-views'
import { projections } from '../projections.js'
import { RedisStore } from '../redis/redis-store.js'
import { RedisViews } from '../redis/redis-views.js'
import type { Decoded } from '../runtime/fold.js'
import { PartitionProjector } from '../runtime/partition-projector.js'
import { redrive } from '../runtime/redrive.js'
import { seatMapProjection } from '../seat-map/projection.js'
import { claimId, decoded, showId } from '../testing/events.js'
import { projectorEnvironment } from '../testing/projector-environment.js'
import { seatJournal } from '../testing/seat-journal.js'
import { type TestDatabase, testDatabase } from '../testing/test-database.js'
import { testRedis } from '../testing/test-redis.js'
import { ParkedViews } from './parked-views.js'

const never = new AbortController().signal
const own = testRedis()
const topic = topicNames(own.env).events
const name = seatMapProjection.name
const events = seatJournal(11, 200)
const whole = decoded(events)
const sick = `${showId.slice(0, -1)}a`
const ofTheSick = events.filter(({ subject }) => subject === sick)
const poison = ofTheSick[2]?.offset as number
const withPoison = whole.map((it): Decoded => {
  const { offset, event } = it
  return offset === poison ? { offset, claimId, event: null, facts: event as never, failure: new Error('no Avro') } : it
})
let database: TestDatabase
let parked: ParkedViews

beforeAll(async () => {
  await own.redis.ping().catch(() => new Promise((resolve) => own.redis.once('ready', resolve)))
  database = await testDatabase()
  const views = new RedisViews(own.redis, own.env)
  const kept = { views, redis: own.redis, env: own.env, partitions: [0, 1], topic }
  parked = new ParkedViews(database.pool, [...projections, seatMapProjection], kept)
})
afterAll(async () => {
  await own.drop()
  await database.drop()
})
beforeEach(() => own.wipe())

const process = () => {
  const store = new RedisStore({ redis: own.redis, env: own.env, timers: systemTimers, isFed: async () => true })
  const { env } = projectorEnvironment(database.pool, { store })
  const projector = new PartitionProjector(seatMapProjection, topic, 0, env)
  const end = (events.at(-1)?.offset ?? 0) + 1
  return {
    apply: (records: Decoded[]) =>
      projector.apply({ from: 0, records, cursor: { partition: 0, offset: end, claimId }, endOffset: end }, never),
    redrive: (log: Decoded[]) =>
      redrive(
        ...[projector, sick, env],
        async (_, places) => places.map(({ offset }) => log.find((it) => it.offset === offset) as Decoded),
        never,
      ),
  }
}
/** Rows of the version, without what the runtime keeps for itself. */
async function rows(): Promise<Record<string, unknown>> {
  const prefix = versionPrefix(own.env, { projection: name, partition: 0 }, 1)
  const found: Record<string, unknown> = {}
  for (const key of (await own.redis.keys(`${prefix}*`)).sort()) {
    if (key.slice(prefix.length).startsWith('!')) continue
    const isText = (await own.redis.type(key)) === 'string'
    found[key] = isText ? (await own.redis.getBuffer(key))?.toString('hex') : await own.redis.hgetall(key)
  }
  return found
}

it('what is parked in Redis is listed, redriven when somebody asks, and then all is as if nothing had been', async () => {
  await process().apply(whole)
  const sound = await rows()
  await own.wipe()
  expect(await parked.list()).toEqual([])
  const one = process()
  await one.apply(withPoison)
  expect(await parked.list()).toEqual([
    expect.objectContaining({
      ...{ projection: name, version: 1, topic, partition: 0, stream: sick, reason: 'undecodable', detail: 'no Avro' },
      ...{ firstOffset: poison, events: ofTheSick.length - 2, attempts: 0, redriveRequestedAt: null },
    }),
  ])
  const [found] = await parked.list({ projection: name, stream: sick })
  expect((await parked.events(found as never, 2)).map(({ offset }) => offset)).toEqual(
    ofTheSick.slice(2, 4).map(({ offset }) => offset),
  )
  expect(await parked.list({ projection: 'seats' })).toEqual([])
  expect(await parked.requestRedrive({ stream: 'another' }, 'ops-1', 7)).toBe(0)

  // Nobody has asked: nothing is done.
  await one.redrive(whole)
  expect(await parked.list()).toMatchObject([{ attempts: 0 }])
  expect(await parked.requestRedrive({ stream: sick }, 'ops-1', 7)).toBe(1)
  expect(await parked.list()).toMatchObject([{ redriveRequestedAt: 7, redriveRequestedBy: 'ops-1' }])
  await one.redrive(withPoison)
  expect(await parked.list()).toMatchObject([{ attempts: 1, redriveRequestedAt: null }])
  await parked.requestRedrive({ stream: sick }, 'ops-1', 8)
  await one.redrive(whole)
  expect(await parked.list()).toEqual([])
  expect(await rows()).toEqual(sound)
})

it('the first parked event is dropped, no other; the rest is applied, and the stream says that it is incomplete', async () => {
  const one = process()
  await one.apply(withPoison)
  const request = { stream: sick, by: 'ops-1', why: 'not-ours' }
  expect(await parked.drop({ ...request, offset: poison + 1 }, 9)).toEqual([])
  expect(await parked.drop({ ...request, offset: poison }, 9)).toEqual([
    expect.objectContaining({ projection: name, offset: poison, reason: 'undecodable', droppedAt: 9, why: 'not-ours' }),
  ])
  expect(await parked.drop({ ...request, offset: poison }, 10)).toEqual([])
  expect(await parked.list()).toMatchObject([{ firstOffset: poison + 1, redriveRequestedAt: 9 }])
  await one.redrive(withPoison)
  const left = await parked.list()
  // What follows the dropped event may need what it did; anything but a gap is its own matter.
  expect(left.map(({ reason }) => reason)).not.toContain('stream-gap')
  const prefix = versionPrefix(own.env, { projection: name, partition: 0 }, 1)
  expect(await own.redis.smembers(prefix + ownKey.incomplete)).toEqual([sick])
  expect(JSON.parse((await own.redis.hget(prefix + ownKey.dropped, `${poison}`)) ?? '')).toMatchObject({
    droppedBy: 'ops-1',
  })
})

it('a redrive that read what was parked before somebody dropped of it changes nothing', async () => {
  const one = process()
  await one.apply(withPoison)
  await parked.requestRedrive({ stream: sick }, 'ops-1', 7)
  const before = await parked.list()
  const store = new RedisStore({ redis: own.redis, env: own.env, timers: systemTimers, isFed: async () => true })
  const id = { projection: name, version: 1, topic, partition: 0 }
  await expect(
    store.transaction(async (transaction) => {
      await transaction.renewCheckpoint(id, 1)
      await parked.drop({ stream: sick, offset: poison, by: 'ops-2', why: 'not-ours' }, 8)
      await transaction.unparkStream(id, sick)
    }),
  ).rejects.toThrow()
  expect(await parked.list()).toMatchObject([
    {
      ...before[0],
      firstOffset: poison + 1,
      events: expect.any(Number),
      redriveRequestedAt: 8,
      redriveRequestedBy: 'ops-2',
    },
  ])
})

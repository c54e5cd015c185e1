import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { JournalRecord } from '@onsale/platform/log'
import { systemTimers } from '@onsale/platform/ports'
import { versionPrefix } from '@onsale/platform/redis-views'
import fc from 'fast-check'
import type { Redis } from 'ioredis'
import type { RowDataPacket } from 'mysql2/promise'
import { RedisStore } from '../redis/redis-store.js'
import { type DecodedBatch, PartitionProjector } from '../runtime/partition-projector.js'
import { seatsProjection } from '../seats/projection.js'
import { claimId, decoded } from '../testing/events.js'
import { projectorEnvironment } from '../testing/projector-environment.js'
import { seededRandom } from '../testing/random-journal.js'
import { seatJournal } from '../testing/seat-journal.js'
import { type TestDatabase, testDatabase } from '../testing/test-database.js'
import { testRedis } from '../testing/test-redis.js'
import { areasKey, seatsKey, showKey } from './keys.js'
import { seatMapProjection } from './projection.js'

const topic = 'test.reservation.events'
const never = new AbortController().signal
const own = testRedis()
const place = { projection: seatMapProjection.name, partition: 0 }
let database: TestDatabase

beforeAll(async () => {
  await own.redis.ping().catch(() => new Promise((resolve) => own.redis.once('ready', resolve)))
  database = await testDatabase()
})
afterAll(async () => {
  await own.drop()
  await database.drop()
})
beforeEach(async () => {
  await own.wipe()
  for (const table of ['seat_maps_v1', 'seats_v1', 'areas_v1', 'projection_checkpoint', 'projection_stream'])
    await database.pool.query(`DELETE FROM ${table}`)
})

const storeOn = (redis: Redis) => new RedisStore({ redis, env: own.env, timers: systemTimers, isFed: async () => true })
const projectorOf = (store: RedisStore) =>
  new PartitionProjector(seatMapProjection, topic, 0, projectorEnvironment(database.pool, { store }).env)

/** From an offset on, in batches of random sizes. */
function* batchesFrom(events: JournalRecord[], from: number, next: () => number): Iterable<DecodedBatch> {
  const left = events.filter(({ offset }) => offset >= from)
  let begin = from
  for (let at = 0; at < left.length; ) {
    const size = 1 + Math.floor(next() * 40)
    const some = left.slice(at, at + size)
    at += size
    const end = left[at]?.offset ?? (events.at(-1) as JournalRecord).offset + 1
    yield { from: begin, records: decoded(some), cursor: { partition: 0, offset: end, claimId }, endOffset: end }
    begin = end
  }
}

/** Feeds until all is applied, reading again from the checkpoint where that has gone back; `between` is done before each batch. */
async function feed(
  projector: PartitionProjector,
  events: JournalRecord[],
  next: () => number,
  between: () => Promise<void> = async () => {},
): Promise<void> {
  for (;;) {
    const cursor = await projector.start(never)
    try {
      for (const batch of batchesFrom(events, cursor?.offset ?? 0, next)) {
        await between()
        await projector.apply(batch, never)
      }
      if (!(await projector.forgot(never))) return
    } catch (error) {
      if ((error as Error).constructor.name !== 'CheckpointBehindError') throw error
    }
  }
}

async function inMysql(events: JournalRecord[]) {
  const { env } = projectorEnvironment(database.pool)
  const projector = new PartitionProjector(seatsProjection, topic, 0, env)
  for (const batch of batchesFrom(events, 0, () => 0.99)) await projector.apply(batch, never)
  const rows = async (sql: string) => (await database.pool.query<RowDataPacket[]>(sql))[0]
  const maps = await rows('SELECT show_id, plan_hash, published FROM seat_maps_v1 ORDER BY show_id')
  const seats = await rows(
    "SELECT show_id, GROUP_CONCAT(LEFT(status, 1) ORDER BY ordinal SEPARATOR '') AS status FROM seats_v1 GROUP BY show_id",
  )
  const areas = await rows('SELECT * FROM areas_v1 ORDER BY show_id, ordinal')
  const streams = await rows("SELECT stream, stream_version FROM projection_stream WHERE projection = 'seats'")
  return maps.map(({ show_id, plan_hash, published }) => ({
    show: show_id,
    plan: plan_hash,
    published,
    version: streams.find(({ stream }) => stream === show_id)?.stream_version,
    status: seats.find((it) => it.show_id === show_id)?.status,
    areas: areas
      .filter((it) => it.show_id === show_id)
      .map(({ area_id, name, category, capacity, held, sold }) => ({ area_id, name, category, capacity, held, sold })),
  }))
}

async function inRedis(shows: string[], version = 1) {
  const prefix = versionPrefix(own.env, place, version)
  const found = []
  for (const show of shows) {
    const map = await own.redis.hgetall(prefix + showKey(show))
    const counts = await own.redis.hgetall(prefix + areasKey(show))
    let status = ''
    for (const [section, seats] of (JSON.parse(map.sections ?? '[]') as number[]).entries()) {
      const cells = (await own.redis.getBuffer(prefix + seatsKey(show, section))) ?? Buffer.alloc(0)
      for (let at = 0; at < seats; at += 1)
        status += 'fhsw'[((cells[Math.floor(at / 4)] ?? 0) >> (6 - 2 * (at % 4))) & 3]
    }
    found.push({
      show,
      plan: map.plan,
      published: Number(map.published),
      version: Number(await own.redis.hget(`${prefix}!streams`, show)),
      status,
      areas: (JSON.parse(map.areas ?? '[]') as { id: string; name: string; category: string }[]).map(
        ({ id, name, category }) => ({
          ...{ area_id: id, name, category },
          ...{
            capacity: Number(counts[`${id} capacity`]),
            held: Number(counts[`${id} held`]),
            sold: Number(counts[`${id} sold`]),
          },
        }),
      ),
    })
  }
  return found
}

describe('the seat map in Redis', () => {
  it('is what the seats in MySQL are, whatever is lost on the way and whoever else is at it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.array(fc.integer({ min: 0, max: 99 }), { maxLength: 4 }),
        async (seed, dice) => {
          await own.wipe()
          for (const table of ['seat_maps_v1', 'seats_v1', 'areas_v1', 'projection_checkpoint', 'projection_stream'])
            await database.pool.query(`DELETE FROM ${table}`)
          const events = seatJournal(seed, 300)
          const next = seededRandom(seed)
          const store = storeOn(own.redis)
          const [projector, another] = [projectorOf(store), projectorOf(storeOn(own.redis))]
          const troubles = [...dice]
          await feed(projector, events, next, async () => {
            const trouble = troubles.length > 0 && next() < 0.4 ? troubles.pop() : undefined
            if (trouble === undefined) return
            if (trouble < 40) await own.wipe()
            else if (trouble < 60) await feed(another, events.slice(0, Math.floor(next() * events.length)), next)
            else if (trouble < 80) await goBack(next() < 0.5 ? null : events.slice(0, 100))
            else await own.redis.del(`${versionPrefix(own.env, place, 1)}!checkpoint`)
          })
          const mysql = await inMysql(events)
          expect(await inRedis(mysql.map(({ show }) => show))).toEqual(mysql)
        },
      ),
      { numRuns: 15 },
    )

    /** As after a restart with older data: a whole earlier state. */
    async function goBack(earlier: JournalRecord[] | null): Promise<void> {
      await own.wipe()
      if (earlier) await feed(projectorOf(storeOn(own.redis)), earlier, () => 0.5)
    }
  })
})

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { aheadOf, type RoomState } from '@onsale/domain'
import type { JournalRecord } from '@onsale/platform/log'
import { systemTimers } from '@onsale/platform/ports'
import { versionPrefix } from '@onsale/platform/redis-views'
import fc from 'fast-check'
import { RedisStore } from '../redis/redis-store.js'
import { PartitionProjector } from '../runtime/partition-projector.js'
import { claimId, decoded, showId } from '../testing/events.js'
import { projectorEnvironment } from '../testing/projector-environment.js'
import { seededRandom } from '../testing/random-journal.js'
import { roomJournal } from '../testing/room-journal.js'
import { type TestDatabase, testDatabase } from '../testing/test-database.js'
import { testRedis } from '../testing/test-redis.js'
import { activeKey, admittedKey, awayKey, entryKey, lineKey, memberOf, tallyKey, whoKey } from './keys.js'
import { waitingRoomProjection } from './projection.js'

const never = new AbortController().signal
const own = testRedis()
const prefix = versionPrefix(own.env, { projection: waitingRoomProjection.name, partition: 0 }, 1)
let database: TestDatabase

beforeAll(async () => {
  await own.redis.ping().catch(() => new Promise((resolve) => own.redis.once('ready', resolve)))
  database = await testDatabase()
})
afterAll(async () => {
  await own.drop()
  await database.drop()
})
beforeEach(() => own.wipe())

/** Feeds until all is applied; what was lost on the way is read again. */
async function feed(events: JournalRecord[], next: () => number, wipes: number): Promise<void> {
  const store = new RedisStore({ redis: own.redis, env: own.env, timers: systemTimers, isFed: async () => true })
  const { env } = projectorEnvironment(database.pool, { store })
  const projector = new PartitionProjector(waitingRoomProjection, 'test.queue.events', 0, env)
  let left = wipes
  for (;;) {
    let from = (await projector.start(never))?.offset ?? 0
    try {
      for (let rest = events.filter(({ offset }) => offset >= from); rest.length > 0; ) {
        const some = rest.splice(0, 1 + Math.floor(next() * 60))
        if (left > 0 && next() < 0.3) {
          left -= 1
          await own.wipe()
        }
        const end = rest[0]?.offset ?? (events.at(-1) as JournalRecord).offset + 1
        await projector.apply(
          { from, records: decoded(some), cursor: { partition: 0, offset: end, claimId }, endOffset: end },
          never,
        )
        from = end
      }
      if (!(await projector.forgot(never))) return
    } catch (error) {
      if ((error as Error).constructor.name !== 'CheckpointBehindError') throw error
    }
  }
}

const letters = ['', 'b', 'a', 'r', 'c', 'l', 's', 'x']

/** Of each entry: its state's letter, and how many wait before it. */
async function inRedis(entries: number) {
  const { redis } = own
  const found: [string, number | null][] = []
  for (let entry = 0; entry < entries; entry += 1) {
    const { key, field } = entryKey(showId, entry)
    const state = await redis.hget(prefix + key, field)
    const score = await redis.zscore(prefix + lineKey(showId), memberOf(entry))
    const rank = await redis.zrank(prefix + lineKey(showId), memberOf(entry))
    found.push([state?.[0] ?? '', score !== null && Number(score) >= 0 ? rank : null])
  }
  return found
}

function inTheRoom(state: RoomState) {
  const { entries } = state
  return Array.from({ length: entries.size }, (_, entry): [string, number | null] => [
    letters[entries.status(entry)] as string,
    aheadOf(state, entry),
  ])
}

describe('the view of a waiting room', () => {
  it('is what the room itself has come to, whatever Redis loses on the way', async () => {
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.nat(3), async (dice, wipes) => {
        await own.wipe()
        const { events, state } = roomJournal(dice, 250)
        await feed(events, seededRandom(dice), wipes)
        const { size } = state.entries
        // Before the draw is over those of the lobby have no place, and stand before the others.
        if (state.drawHeld && state.queue.drawn < state.drawHeld.entries) return
        expect(await inRedis(size)).toEqual(inTheRoom(state))
        const byStatus = (...wanted: number[]) =>
          Array.from({ length: size }, (_, entry) => state.entries.status(entry)).filter((it) => wanted.includes(it))
            .length
        const { redis } = own
        expect(await redis.zcard(prefix + awayKey(showId))).toBe(byStatus(1))
        expect(await redis.zcard(prefix + admittedKey(showId))).toBe(byStatus(2))
        expect(await redis.scard(prefix + activeKey(showId))).toBe(byStatus(3))
        expect(Number(await redis.hget(prefix + tallyKey(showId), 'joined'))).toBe(size)
        for (let customer = 0; customer < 12; customer += 1) {
          const { key, field } = whoKey(showId, `c${customer}`)
          const entry = state.entries.of(`c${customer}`)
          expect(await redis.hget(prefix + key, field)).toBe(entry < 0 ? null : memberOf(entry))
        }
        for (const { type } of events) seen.add(type)
      }),
      { numRuns: 25 },
    )
    const must = [
      'PlacesDrawn',
      'AdmissionGranted',
      'AdmissionRedeemed',
      'AdmissionCompleted',
      'AdmissionExpired',
      'EntrySkipped',
      'PlaceForfeited',
    ]
    expect(must.filter((type) => !seen.has(type))).toEqual([])
  })
})

import { describe, expect, test } from '@jest/globals'
import { RoomFloors } from './room-floors.js'
import { RoomViews } from './room-views.js'

const showId = '0.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f'
const topic = 'test.queue.events'
const position = (offset: number) => ({ topic, partition: 0, offset })

/** A Redis that shows the room up to an offset, or is away, or empty; and where the tables of the same journal are. */
function world() {
  const it = { redis: 10 as number | 'away' | 'empty', parked: false, tables: 0, now: 1_000_000, scripts: 0 }
  const clock = { now: () => it.now }
  const views = new RoomViews({
    ...{ topic, clock, positionWaitMs: 100, onRead: () => {} },
    timers: {
      async sleep(ms: number) {
        it.now += ms
        return true
      },
    } as never,
    floors: new RoomFloors(clock, () => it.tables),
    reader: {
      async read(...[, , , args]: [unknown, unknown, unknown, string[]]) {
        it.scripts += 1
        if (it.redis === 'away') throw new Error('Connection is closed.')
        if (it.redis === 'empty') return null
        const found = args.flatMap((_, at) =>
          at % 2 === 0 ? [['7', '', '3', `${at / 2}`].map((one) => Buffer.from(one))] : [],
        )
        const parkedFrom = it.parked ? position(1) : null
        return {
          version: 1,
          nextOffset: it.redis,
          streamVersion: 1,
          state: { parkedFrom, incomplete: false },
          result: found,
        }
      },
    } as never,
  })
  const own = (asked: number | null = null) =>
    views.own(showId, 'ann', asked === null ? null : position(asked)).then(
      ({ result, position: at }) => `${result?.entry} ${result?.ahead} at ${at.offset}`,
      ({ status, code }) => `${status} ${code}`,
    )
  return { it, own }
}

describe('a place', () => {
  test('is read with one script for all who ask at once, each told their own', async () => {
    const { it, own } = world()
    expect(await Promise.all([own(), own(), own()])).toEqual(['7 0 at 9', '7 1 at 9', '7 2 at 9'])
    expect(it.scripts).toBe(1)
  })

  test.each([
    ['is away', { redis: 'away' as const }, '503 room-unreachable'],
    ['is empty', { redis: 'empty' as const }, '503 room-unreachable'],
    ['is filled anew', { redis: 5 }, '503 room-unreachable'],
    ['has the room parked', { parked: true }, '503 stream-parked'],
  ])('is not guessed at where Redis %s', async (_, change, answer) => {
    const { it, own } = world()
    expect(await own()).toBe('7 0 at 9')
    Object.assign(it, change)
    expect(await own()).toBe(answer)
    it.now += 1_000
    Object.assign(it, { redis: 11, parked: false })
    expect(await own()).toBe('7 0 at 10')
  })

  test('is not told by a process that starts while Redis is filled anew', async () => {
    const { it, own } = world()
    it.tables = 1_000
    expect(await own()).toBe('503 room-unreachable')
    // The tables may be a little ahead.
    it.redis = 1_000
    expect(await own()).toBe('7 0 at 999')
    it.tables = 1_200
    it.now += 4_000
    expect(await own()).toBe('7 0 at 999')
    it.now += 6_000
    await own()
    it.now += 6_000
    expect(await own()).toBe('503 room-unreachable')
  })

  test('waits for the position that it is to show', async () => {
    const { it, own } = world()
    expect(await own(9)).toBe('7 0 at 9')
    expect(await own(10)).toBe('503 not-yet-projected')
    const waiting = own(10)
    it.redis = 11
    expect(await waiting).toBe('7 0 at 10')
  })
})

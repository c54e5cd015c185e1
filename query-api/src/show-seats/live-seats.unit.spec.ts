import { describe, expect, it } from '@jest/globals'
import { notYetProjected } from '@onsale/platform/read-model'
import { LiveSeatMaps } from '../live-seats/live-seat-maps.js'
import { SeatMaps } from './seat-maps.js'

const showId = '0.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f'
const topic = 'test.reservation.events'
const buffer = (text: string) => Buffer.from(text)

/** Tables and Redis that each show a version of the show, and where they are; Redis may be away or empty. */
function world() {
  const it = {
    redis: { version: 1, next: 10, parked: false } as
      | { version: number; next: number; parked: boolean }
      | null
      | 'away',
    tables: { version: 1, offset: 9 },
    elsewhere: 0,
    now: 0,
    asked: 0,
    outcomes: [] as string[],
  }
  let stuck = false
  const live = new LiveSeatMaps({
    topic,
    clock: { now: () => it.now },
    shownElsewhere: () => it.elsewhere,
    onRead: (outcome) => it.outcomes.push(outcome),
    reader: {
      async read(_: unknown, __: unknown, { name }: { name: string }) {
        it.asked += 1
        if (it.redis === 'away') throw new Error('Connection is closed.')
        if (it.redis === null) return null
        const { version, next: nextOffset, parked } = it.redis
        const head = [buffer('p'), buffer('1')]
        const whole = [...head, buffer('[5]'), buffer('[{"id":"F","name":"Floor","category":"B"}]')]
        const counts = ['F capacity', '10', 'F held', '2', 'F sold', '1'].map(buffer)
        return {
          ...{ version: 3, nextOffset, streamVersion: version },
          state: { parkedFrom: parked ? { topic, partition: 0, offset: 1 } : null, incomplete: false },
          result: name === 'seat_map_head' ? head : [...whole, counts, Buffer.from([0b01_10_00_00])],
        }
      },
    } as never,
  })
  const connection = {
    async query(sql: string) {
      if (sql.includes('stream_version')) return [[{ stream_version: it.tables.version, plan_hash: 'p', published: 1 }]]
      return [sql.includes('GROUP_CONCAT') ? [{ status: 'sssss' }] : []]
    },
  }
  const replica = {
    async read({ position }: { position: { offset: number } | null }, query: (...args: unknown[]) => Promise<unknown>) {
      // As the replica would: it waits until it shows the position.
      if (position && position.offset > it.tables.offset && stuck) throw notYetProjected('')
      if (position && position.offset > it.tables.offset)
        it.tables = { version: Math.max(it.tables.version, position.offset), offset: position.offset }
      return {
        result: await query(connection, { versionOf: () => 1 }),
        position: { topic, partition: 0, offset: it.tables.offset },
        stale: null,
      }
    },
  }
  return {
    it,
    maps: new SeatMaps(replica as never, live),
    never() {
      stuck = true
    },
  }
}

const status = (maps: SeatMaps, position: { topic: string; partition: number; offset: number } | null = null) =>
  maps.version(showId, 'status', false, position).then(({ result }) => [result.readModel, result.version])

describe('the status of the seats', () => {
  it('is read from Redis, and says where that stands', async () => {
    const { maps } = world()
    const read = await maps.version(showId, 'status', false, null)
    expect(read).toEqual({
      result: { readModel: 'r3', version: 1, published: true },
      position: { topic, partition: 0, offset: 9 },
      stale: null,
    })
    const map = await maps.atLeast(showId, 'status', read.result)
    expect(JSON.parse(map.json.toString())).toEqual({
      ...{ showId, planHash: 'p', version: 1, status: 'hsfff' },
      areas: [{ id: 'F', name: 'Floor', category: 'B', capacity: 10, free: 7, held: 2, sold: 1 }],
    })
  })

  it.each([
    ['away', 'away'],
    ['absent', null],
    ['behind', { version: 1, next: 5, parked: false }],
    ['parked', { version: 1, next: 10, parked: true }],
  ] as const)('is read from the tables where Redis is %s', async (outcome, redis) => {
    const { it: world_, maps } = world()
    world_.redis = redis
    world_.elsewhere = 6
    expect(await status(maps)).toEqual(['1', 1])
    expect(world_.outcomes).toEqual([outcome])
  })

  it('never goes back behind what was shown, whatever it is read from next', async () => {
    const { it: world_, maps } = world()
    const read = async () => {
      const { result } = await maps.version(showId, 'status', false, null)
      const map = await maps.atLeast(showId, 'status', result)
      return [map.readModel, map.version]
    }
    world_.redis = { version: 20, next: 21, parked: false }
    expect(await read()).toEqual(['r3', 20])
    world_.redis = null
    // The tables are at 1 still: what was shown last is shown again.
    expect(await read()).toEqual(['r3', 20])
    expect(world_.tables.version).toBe(1)
    // Of the other part nothing was shown: it waits until the tables show what Redis did.
    expect((await maps.version(showId, 'seats', false, null)).result).toMatchObject({ readModel: '1', version: 20 })
    world_.redis = { version: 15, next: 30, parked: false }
    expect(await read()).toEqual(['1', 20])
    world_.redis = { version: 21, next: 30, parked: false }
    expect(await read()).toEqual(['r3', 21])
    world_.redis = 'away'
    world_.tables = { version: 30, offset: 40 }
    expect(await read()).toEqual(['1', 30])
  })

  it('that Redis showed and nobody has by now fails nobody who asks for no position', async () => {
    const { it: world_, maps, never } = world()
    world_.redis = { version: 20, next: 21, parked: false }
    const { result } = await maps.version(showId, 'status', false, null)
    await maps.atLeast(showId, 'status', result)
    world_.redis = { version: 22, next: 23, parked: false }
    const newer = await maps.version(showId, 'status', false, null)
    world_.redis = null
    never()
    expect(await maps.atLeast(showId, 'status', newer.result)).toMatchObject({ version: 20 })
    await expect(
      maps.atLeast(showId, 'status', newer.result, { topic, partition: 0, offset: 22 }),
    ).rejects.toMatchObject({ status: 503 })
  })

  it('shows a position that is asked for, of this partition or another', async () => {
    const { it: world_, maps } = world()
    expect(await status(maps, { topic, partition: 0, offset: 9 })).toEqual(['r3', 1])
    expect(await status(maps, { topic, partition: 1, offset: 1 })).toEqual(['1', 1])
    expect(await status(maps, { topic, partition: 0, offset: 12 })).toEqual(['1', 12])
    expect(world_.outcomes).toEqual(['live', 'behind', 'behind'])
  })

  it('leaves Redis alone for a moment where it does not answer', async () => {
    const { it: world_, maps } = world()
    world_.redis = 'away'
    for (let ask = 0; ask < 5; ask += 1) await status(maps)
    expect(world_.asked).toBe(1)
    world_.now = 501
    world_.redis = { version: 2, next: 10, parked: false }
    expect(await status(maps)).toEqual(['r3', 2])
  })
})

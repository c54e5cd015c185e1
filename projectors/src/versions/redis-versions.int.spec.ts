import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { JournalRecord } from '@onsale/platform/log'
import { systemClock, systemRandom, systemTimers } from '@onsale/platform/ports'
import { servingKey, versionPrefix } from '@onsale/platform/redis-views'
import type { Pool } from 'mysql2/promise'
import { projections } from '../projections.js'
import type { KeyBatch } from '../redis/key-batch.js'
import { RedisStore } from '../redis/redis-store.js'
import { RedisViews } from '../redis/redis-views.js'
import { type AnyProjection, inVersion } from '../runtime/index.js'
import { PartitionProjector } from '../runtime/partition-projector.js'
import { seatMapProjection } from '../seat-map/projection.js'
import { claimId, decoded } from '../testing/events.js'
import { projectorEnvironment } from '../testing/projector-environment.js'
import { seatJournal } from '../testing/seat-journal.js'
import { type TestDatabase, testDatabase } from '../testing/test-database.js'
import { testRedis } from '../testing/test-redis.js'
import { compareVersions, dropVersion, type KeptViews, listVersions, startRebuild, switchVersion } from './index.js'
import { isFed } from './version-rows.js'

const name = seatMapProjection.name
const topic = 'test.reservation.events'
const never = new AbortController().signal
const ports = { clock: systemClock, timers: systemTimers, random: systemRandom }
/** As a later build has it: whatever is sold is shown as withdrawn. */
const later: AnyProjection = {
  ...seatMapProjection,
  revision: 2,
  on: {
    ...seatMapProjection.on,
    ReservationConfirmed(event: never, keys: KeyBatch, context: never) {
      const asWithdrawn = { ...(event as { data: object }), data: { ...(event as { data: object }).data, areas: [] } }
      seatMapProjection.on.PlacesWithdrawn?.(asWithdrawn as never, keys, context)
    },
  } as never,
}
const definitions: AnyProjection[] = [...projections, seatMapProjection, later]
const own = testRedis()
let database: TestDatabase
let pool: Pool
let kept: KeptViews
const journals = [0, 1].map((partition) => seatJournal(5 + partition, 200, partition))

beforeAll(async () => {
  await own.redis.ping().catch(() => new Promise((resolve) => own.redis.once('ready', resolve)))
  database = await testDatabase()
  pool = database.pool
  kept = { views: new RedisViews(own.redis, own.env), redis: own.redis, env: own.env, partitions: [0, 1], topic }
})
afterAll(async () => {
  await own.drop()
  await database.drop()
})
beforeEach(async () => {
  await own.wipe()
  await pool.query('DELETE FROM projection_version WHERE projection = ? AND version > 1', [name])
  await pool.query('UPDATE projection_serving SET version = 1, previous = NULL WHERE projection = ?', [name])
  for (const partition of [0, 1]) await feed(1, partition, 150)
  for (const partition of [0, 1]) expect(await kept.views.point(name, partition, 1)).toBe('set')
})

const store = () =>
  new RedisStore({ redis: own.redis, env: own.env, timers: systemTimers, isFed: (id) => isFed(pool, id) })

/** So many events of the partition's journal are applied to the version. */
async function feed(version: number, partition: number, events: number): Promise<boolean> {
  const { revision = 1 } = (await listVersions(pool, name)).find((it) => it.version === version) ?? {}
  const definition = revision === 2 ? later : seatMapProjection
  const { env } = projectorEnvironment(pool, { store: store() })
  const projector = new PartitionProjector(inVersion(definition, version), topic, partition, env)
  const cursor = await projector.start(never)
  const all = (journals[partition] as JournalRecord[]).slice(0, events)
  const end = (all.at(-1) as JournalRecord).offset + 1
  const records = decoded(all.filter(({ offset }) => offset >= (cursor?.offset ?? 0)))
  const batch = { from: cursor?.offset ?? 0, records, cursor: { partition, offset: end, claimId }, endOffset: end }
  if (cursor) await projector.apply(batch, never)
  return cursor !== null
}
const build = async (revision = 1) =>
  (
    await startRebuild(pool, ports, definitions, {
      ...{ projection: name, revision, throttle: null, by: 'ops' },
    })
  ).version
const switching = { projection: name, by: 'ops', patienceMs: 0 }
const switchTo = (to: number | null | 'previous') => switchVersion(pool, ports, { ...switching, to, kept })
const shown = () =>
  Promise.all(
    [0, 1].map(async (partition) => Number(await own.redis.get(servingKey(own.env, { projection: name, partition })))),
  )
const compare = async (before: number, after: number, patienceMs = 0) => {
  const all = await listVersions(pool, name)
  const of = (version: number) => all.find((it) => it.version === version) as never
  return compareVersions(pool, ports, definitions, [of(before), of(after)], { patienceMs, streams: 3, rows: 5 }, kept)
}
const keysOf = async (version: number) =>
  own.redis.keys(`${versionPrefix(own.env, { projection: name, partition: 0 }, version).replace('0}', '*}')}*`)

describe('a view in Redis that is rebuilt', () => {
  it('shows no difference, is switched to in every partition and back, and goes without a trace', async () => {
    const version = await build()
    for (const partition of [0, 1]) await feed(version, partition, 150)
    expect(await compare(1, version)).toMatchObject({ compared: 6, equal: 6, different: [], unsettled: [] })
    expect(await switchTo(null)).toEqual({ projection: name, from: 1, to: version })
    expect(await shown()).toEqual([version, version])
    for (const fed of [1, version]) for (const partition of [0, 1]) await feed(fed, partition, 200)
    expect(await switchTo('previous')).toMatchObject({ to: 1 })
    expect(await shown()).toEqual([1, 1])
    expect((await keysOf(version)).length).toBeGreaterThan(10)
    expect(await dropVersion(pool, ports, definitions, name, version, kept)).toBe(version)
    expect(await keysOf(version)).toEqual([])
    expect(await feed(version, 0, 200)).toBe(false)
    expect(await keysOf(version)).toEqual([])
    await expect(switchTo('previous')).rejects.toThrow('there is nothing to go back to: version 1 is all there is')
  })

  it('is not switched to while it is behind in one partition; nothing is half done, and what is served goes on', async () => {
    const version = await build()
    await feed(version, 0, 150)
    await feed(version, 1, 100)
    await expect(switchTo(null)).rejects.toThrow(/version \d+ of seat_map is at \d+ of .*events\/1, readers are shown/)
    expect(await shown()).toEqual([1, 1])
    expect((await listVersions(pool, name)).find(({ serving }) => serving)?.version).toBe(1)
    expect(await feed(1, 0, 200)).toBe(true)
    expect((await compare(1, version)).unsettled.length).toBeGreaterThan(0)
  })

  it('what was decided is shown later where who decided it died, and never an older state', async () => {
    const version = await build()
    await feed(version, 0, 150)
    await feed(version, 1, 150)
    await feed(1, 1, 200)
    await pool.query('UPDATE projection_serving SET version = ?, previous = 1 WHERE projection = ?', [version, name])
    // As each projector does twice a second.
    const bring = () => Promise.all([0, 1].map((partition) => kept.views.point(name, partition, version)))
    expect(await bring()).toEqual(['set', 'behind'])
    expect(await shown()).toEqual([version, 1])
    await feed(version, 1, 200)
    expect(await bring()).toEqual(['same', 'set'])
  })

  it('with another meaning shows what differs; readers are switched to it and back, and both go on', async () => {
    const version = await build(2)
    for (const partition of [0, 1]) await feed(version, partition, 150)
    const found = await compare(1, version)
    expect(found.different.length).toBeGreaterThan(0)
    const cells = found.different.flatMap(({ rows }) => rows).filter(({ table }) => table === 'seats')
    expect(cells).toContainEqual(expect.objectContaining({ before: '2', after: '3' }))
    expect(await switchTo(null)).toEqual({ projection: name, from: 1, to: version })
    expect(await shown()).toEqual([version, version])
    for (const fed of [1, version]) for (const partition of [0, 1]) await feed(fed, partition, 200)
    expect((await compare(1, version)).different.length).toBeGreaterThan(0)
    expect(await switchTo('previous')).toEqual({ projection: name, from: version, to: 1 })
    expect(await shown()).toEqual([1, 1])
    // What is shown again is what the log makes of it, not something of the other meaning.
    const anew = await build(1).catch((error: Error) => error.message)
    expect(anew).toEqual(expect.any(Number))
    for (const partition of [0, 1]) await feed(anew as number, partition, 200)
    expect(await compare(1, anew as number)).toMatchObject({ equal: 6, different: [], unsettled: [] })
  })

  it('a wiped server has no pointer until what is served has begun, and no orphans are found but planted ones', async () => {
    await own.wipe()
    expect(await kept.views.point(name, 0, 1)).toBe('absent')
    for (const partition of [0, 1]) await feed(1, partition, 150)
    expect(await kept.views.point(name, 0, 1)).toBe('set')
    expect(await kept.views.found(name, [0, 1])).toEqual(new Set([1]))
    await own.redis.hset(`${versionPrefix(own.env, { projection: name, partition: 1 }, 9)}!checkpoint`, 'next', 1)
    expect(await kept.views.found(name, [0, 1])).toEqual(new Set([1, 9]))
  })
})

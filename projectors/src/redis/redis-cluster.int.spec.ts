import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { systemTimers } from '@onsale/platform/ports'
import { servingKey, ViewReader, versionPrefix } from '@onsale/platform/redis-views'
import type { Redis } from 'ioredis'
import { PartitionProjector } from '../runtime/partition-projector.js'
import { inVersion } from '../runtime/projection.js'
import { seatMapProjection } from '../seat-map/projection.js'
import { claimId, decoded, showId } from '../testing/events.js'
import { projectorEnvironment } from '../testing/projector-environment.js'
import { startRedisCluster } from '../testing/redis-cluster.js'
import { seatJournal } from '../testing/seat-journal.js'
import { type TestDatabase, testDatabase } from '../testing/test-database.js'
import { testRedis } from '../testing/test-redis.js'
import { RedisStore } from './redis-store.js'
import { RedisViews } from './redis-views.js'

const topic = 'test.reservation.events'
const never = new AbortController().signal
const { name } = seatMapProjection
const partitions = [0, 1, 2, 3, 4, 5]
const alone = testRedis()
let servers: Awaited<ReturnType<typeof startRedisCluster>>
let database: TestDatabase
/** A cluster's client has all that is used here of a server's. */
let cluster: Redis

/** Where servers run in containers there may be none to start here: reported as skipped, never as passed. */
const here = spawnSync('redis-server', ['--version']).status === 0

beforeAll(async () => {
  if (!here) return
  await alone.redis.ping().catch(() => new Promise((resolve) => alone.redis.once('ready', resolve)))
  database = await testDatabase()
  servers = await startRedisCluster()
  cluster = servers.cluster as unknown as Redis
})
afterAll(async () => {
  await servers?.stop()
  await alone.drop()
  await database?.drop()
})

async function feed(redis: Redis, version: number, partition: number): Promise<void> {
  const store = new RedisStore({ redis, env: alone.env, timers: systemTimers, isFed: async () => true })
  const { env } = projectorEnvironment(database.pool, { store })
  const projector = new PartitionProjector(inVersion(seatMapProjection, version), topic, partition, env)
  const all = decoded(seatJournal(3 + partition, 150, partition))
  let from = 0
  for (const records of [all.slice(0, 60), all.slice(60)]) {
    const end = (records.at(-1)?.offset ?? 0) + 1
    await projector.apply({ from, records, cursor: { partition, offset: end, claimId }, endOffset: end }, never)
    from = end
  }
}
async function keysOf(redis: Redis, version: number, partition: number): Promise<Record<string, unknown>> {
  const prefix = versionPrefix(alone.env, { projection: name, partition }, version)
  const found: Record<string, unknown> = {}
  for (const key of await redis.smembers(`${prefix}!keys`)) {
    const kind = await redis.type(prefix + key)
    found[key] =
      kind === 'string' ? (await redis.getBuffer(prefix + key))?.toString('hex') : await redis.hgetall(prefix + key)
  }
  return found
}

const inACluster = here ? it : it.skip

inACluster(
  'a projection in a cluster of three is what it is on one server, and is spread over them by partitions',
  async () => {
    for (const partition of partitions) {
      await feed(cluster, 1, partition)
      await feed(alone.redis, 1, partition)
      const found = await keysOf(cluster, 1, partition)
      expect(Object.keys(found).length).toBeGreaterThan(3)
      expect(found).toEqual(await keysOf(alone.redis, 1, partition))
    }
    const sizes = await Promise.all(servers.nodes.map((node) => node.dbsize()))
    expect(sizes.filter((size) => size > 0).length).toBeGreaterThan(1)
  },
)

inACluster('versions, pointer and readers work there too; what is dropped leaves nothing on any server', async () => {
  const views = new RedisViews(cluster, alone.env)
  for (const partition of partitions) await feed(cluster, 2, partition)
  for (const partition of partitions) {
    expect(await views.point(name, partition, 1)).toBe('set')
    expect(await views.point(name, partition, 2)).toBe('set')
  }
  expect(await views.found(name, partitions)).toEqual(new Set([1, 2]))
  const reader = new ViewReader(cluster, alone.env)
  const script = { name: 'cluster_test', lua: "return redis.call('HGETALL', p .. '!checkpoint')" }
  const snapshot = await reader.read({ projection: name, partition: 0 }, `${showId.slice(0, -1)}a`, script)
  expect(snapshot).toMatchObject({ version: 2, state: { parkedFrom: null, incomplete: false } })
  expect(snapshot?.streamVersion).toBeGreaterThan(0)
  await views.hold(name, 2, partitions, 60_000)
  await views.release(name, 2, partitions)
  expect((await views.checkpoints(name, 2, partitions)).map(({ partition }) => partition)).toEqual(partitions)
  for (const version of [1, 2]) await views.drop(name, version, partitions)
  await Promise.all(partitions.map((partition) => cluster.del(servingKey(alone.env, { projection: name, partition }))))
  expect(await Promise.all(servers.nodes.map((node) => node.dbsize()))).toEqual([0, 0, 0])
})

import { isRedisAway, ownKey, versionPrefix } from '@onsale/platform/redis-views'
import { Cluster, type Redis } from 'ioredis'
import { type ParkedEntry, parkedKey } from './parked-entries.js'
import { type Pointed, ViewPointers } from './view-pointers.js'

/** Keys taken away at a time. */
const keysAtOnce = 1_000

export interface ViewCheckpoint {
  partition: number
  nextOffset: number
  /** UTC ms. */
  updatedAt: number
}

export interface ParkedView extends ParkedEntry {
  partition: number
  stream: string
  events: number
}

export class RedisAwayError extends Error {}

/** What whoever looks after versions does with those in Redis. */
export class RedisViews {
  private readonly pointers: ViewPointers

  constructor(
    private readonly redis: Redis,
    private readonly env: string,
  ) {
    this.pointers = new ViewPointers(redis, env)
  }

  /** Of those partitions that have one. @throws RedisAwayError */
  checkpoints(projection: string, version: number, partitions: readonly number[]): Promise<ViewCheckpoint[]> {
    return this.each(projection, version, partitions, async (prefix, partition) => {
      const [next, at] = await this.redis.hmget(prefix + ownKey.checkpoint, 'next', 'at')
      return next == null ? [] : [{ partition, nextOffset: Number(next), updatedAt: Number(at) }]
    })
  }

  /** @throws RedisAwayError */
  parked(projection: string, version: number, partitions: readonly number[]): Promise<ParkedView[]> {
    return this.each(projection, version, partitions, async (prefix, partition) => {
      const entries = Object.entries(await this.redis.hgetall(prefix + ownKey.parked))
      return Promise.all(
        entries.map(async ([stream, json]) => ({
          ...(JSON.parse(json) as ParkedEntry),
          ...{ partition, stream, events: await this.redis.zcard(prefix + parkedKey(stream)) },
        })),
      )
    })
  }

  /** For so long nobody moves the checkpoints of the version. @throws RedisAwayError */
  async hold(projection: string, version: number, partitions: readonly number[], ms: number): Promise<void> {
    await this.each(projection, version, partitions, async (prefix) => {
      await this.redis.set(prefix + ownKey.hold, '1', 'PX', ms)
      return []
    })
  }

  async release(projection: string, version: number, partitions: readonly number[]): Promise<void> {
    await this.each(projection, version, partitions, async (prefix) => {
      await this.redis.del(prefix + ownKey.hold)
      return []
    })
  }

  /** As ViewPointers. */
  point(projection: string, partition: number, version: number): Promise<Pointed> {
    return this.pointers.point(projection, partition, version)
  }

  /** Takes the version away, its checkpoints first: whoever still feeds it finds that it is gone. @throws RedisAwayError */
  async drop(projection: string, version: number, partitions: readonly number[]): Promise<void> {
    await this.each(projection, version, partitions, async (prefix) => {
      await this.redis.del(prefix + ownKey.checkpoint)
      const index = prefix + ownKey.keys
      for (;;) {
        const keys = await this.redis.srandmember(index, keysAtOnce)
        if (keys.length === 0) break
        await this.redis.unlink(...keys.map((key) => prefix + key))
        await this.redis.srem(index, ...keys)
      }
      await this.redis.unlink(...Object.values(ownKey).map((key) => prefix + key))
      return []
    })
  }

  /** Versions of which there is anything in the partitions, by number. @throws RedisAwayError */
  async found(projection: string, partitions: readonly number[]): Promise<Set<number>> {
    const numbers = await this.each(projection, 0, partitions, async (prefix) => {
      const before = prefix.slice(0, -'0:'.length)
      const keys = await Promise.all(
        this.servers().map((server) => scanned(server, `${escaped(before)}*:${ownKey.checkpoint}`)),
      )
      return keys.flat().map((key) => Number(key.slice(before.length).split(':')[0]))
    })
    return new Set(numbers)
  }

  /** A scan, unlike a key, is of one server. */
  private servers(): Redis[] {
    const redis: unknown = this.redis
    return redis instanceof Cluster ? redis.nodes('master') : [this.redis]
  }

  private async each<Item>(
    projection: string,
    version: number,
    partitions: readonly number[],
    work: (prefix: string, partition: number) => Promise<Item[]>,
  ): Promise<Item[]> {
    try {
      const all = await Promise.all(
        partitions.map((partition) => work(versionPrefix(this.env, { projection, partition }, version), partition)),
      )
      return all.flat()
    } catch (error) {
      if (!isRedisAway(error)) throw error
      throw new RedisAwayError(`redis does not answer: ${(error as Error).message}`, { cause: error })
    }
  }
}

async function scanned(redis: Redis, pattern: string): Promise<string[]> {
  const all: string[] = []
  for (let cursor = '0', first = true; first || cursor !== '0'; first = false) {
    const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', 5_000)
    cursor = next
    all.push(...keys)
  }
  return all
}

const escaped = (text: string) => text.replace(/[\\[\]*?]/g, '\\$&')

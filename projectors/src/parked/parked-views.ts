import { topicNames } from '@onsale/platform/log'
import { ownKey, versionPrefix } from '@onsale/platform/redis-views'
import type { Pool, RowDataPacket } from 'mysql2/promise'
import { type ParkedEntry, type ParkedEvent, parkedKey } from '../redis/parked-entries.js'
import { type AnyProjection, journalOf } from '../runtime/index.js'
import type { KeptViews } from '../versions/kept-views.js'
import type { DroppedEvent, DropRequest } from './drop-parked.js'
import type { ParkedFilter, ParkedStream } from './parked-streams.js'

/** KEYS: the parked hash. ARGV: stream, its entry as it was read, and as it is to be. */
const replaceScript = `
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
`

/**
 * Whoever has read what was parked before finds the checkpoint's epoch grown. KEYS: the parked hash, the stream's parked events, checkpoint, dropped, incomplete, follow. ARGV: stream, its
 * entry as it was read, and as it is to be; the event as it was read; its offset, what is kept of it, its version or nothing.
 */
const dropScript = `
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
if redis.call('ZRANGE', KEYS[2], 0, 0)[1] ~= ARGV[4] then return 0 end
redis.call('ZREM', KEYS[2], ARGV[4])
redis.call('HSET', KEYS[4], ARGV[5], ARGV[6])
redis.call('SADD', KEYS[5], ARGV[1])
local follow = tonumber(redis.call('HGET', KEYS[6], ARGV[1]) or '0')
if ARGV[7] ~= '' and tonumber(ARGV[7]) > follow then redis.call('HSET', KEYS[6], ARGV[1], ARGV[7]) end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('HINCRBY', KEYS[3], 'epoch', 1)
return 1
`

/** What is parked in the read models that are kept in Redis, and what an operator may do about it: as in parked-streams.ts and drop-parked.ts. */
export class ParkedViews {
  constructor(
    private readonly pool: Pool,
    private readonly definitions: readonly AnyProjection[],
    private readonly kept: KeptViews,
  ) {}

  /** @throws RedisAwayError */
  async list({ projection, stream }: ParkedFilter = {}): Promise<ParkedStream[]> {
    const topics = topicNames(this.kept.env)
    const inRedis = this.definitions.filter(({ keptIn }) => keptIn === 'redis')
    const topicOf = new Map(inRedis.map((it) => [it.name, journalOf(it, topics)]))
    if (projection !== undefined && !topicOf.has(projection)) return []
    const [versions] = await this.pool.query<RowDataPacket[]>(
      `SELECT projection, version FROM projection_version
       WHERE projection IN (?) AND state IN ('building', 'live') ORDER BY projection, version`,
      [projection === undefined ? [...topicOf.keys()] : [projection]],
    )
    const found: ParkedStream[] = []
    for (const { projection: of, version } of versions)
      for (const it of await this.kept.views.parked(of, version, this.kept.partitions)) {
        if (stream !== undefined && it.stream !== stream) continue
        const { redriveAt: redriveRequestedAt, redriveBy: redriveRequestedBy, ...parked } = it
        const asked = { redriveRequestedAt, redriveRequestedBy }
        found.push({ projection: of, version, topic: topicOf.get(of) ?? this.kept.topic, ...parked, ...asked })
      }
    return found
  }

  /** Of a stream's parked events the first ones, in order. */
  async events(parked: ParkedStream, most: number): Promise<ParkedEvent[]> {
    const found = await this.kept.redis.zrange(this.prefixOf(parked) + parkedKey(parked.stream), '0', `${most - 1}`)
    return found.map((json) => JSON.parse(json) as ParkedEvent)
  }

  /** @returns how many parked streams were asked for */
  async requestRedrive(filter: ParkedFilter, by: string, now: number): Promise<number> {
    let asked = 0
    for (const parked of await this.list(filter)) if (await this.ask(parked, by, now)) asked += 1
    return asked
  }

  /** @returns what was dropped; empty where no stream is parked at that event */
  async drop(request: DropRequest, now: number): Promise<DroppedEvent[]> {
    const dropped: DroppedEvent[] = []
    for (const parked of await this.list(request)) {
      const event = await this.dropFirst(parked, request, now)
      if (event) dropped.push(event)
    }
    return dropped
  }

  private async ask(parked: ParkedStream, by: string, now: number): Promise<boolean> {
    const key = this.prefixOf(parked) + ownKey.parked
    for (;;) {
      const before = await this.kept.redis.hget(key, parked.stream)
      if (before === null) return false
      const after: ParkedEntry = { ...(JSON.parse(before) as ParkedEntry), redriveAt: now, redriveBy: by }
      if (await this.kept.redis.eval(replaceScript, 1, key, parked.stream, before, JSON.stringify(after))) return true
    }
  }

  private async dropFirst(
    parked: ParkedStream,
    { offset, by, why }: DropRequest,
    now: number,
  ): Promise<DroppedEvent | null> {
    const { redis } = this.kept
    const { projection, version, topic, partition, stream } = parked
    const prefix = this.prefixOf(parked)
    for (;;) {
      const before = await redis.hget(prefix + ownKey.parked, stream)
      const [first] = await redis.zrange(prefix + parkedKey(stream), '0', '0')
      if (before === null || first === undefined) return null
      const event = JSON.parse(first) as ParkedEvent
      if (event.offset !== offset) return null
      const { reason, detail, ...entry } = JSON.parse(before) as ParkedEntry
      const { streamVersion, name } = event
      const dropped: DroppedEvent = {
        ...{ projection, version, topic, partition, offset, stream, streamVersion, name },
        ...{ reason, detail, droppedAt: now, droppedBy: by, why },
      }
      const next = { ...entry, reason, detail, firstOffset: offset + 1, redriveAt: now, redriveBy: by }
      const { checkpoint, dropped: kept, incomplete, follow } = ownKey
      const keys = [ownKey.parked, parkedKey(stream), checkpoint, kept, incomplete, follow].map((key) => prefix + key)
      const args = [stream, before, JSON.stringify(next), first, offset, JSON.stringify(dropped), streamVersion ?? '']
      if (await redis.eval(dropScript, keys.length, ...keys, ...args)) return dropped
    }
  }

  private prefixOf({ projection, version, partition }: ParkedStream): string {
    return versionPrefix(this.kept.env, { projection, partition }, version)
  }
}

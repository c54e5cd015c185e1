import type { Timers } from '@onsale/platform/ports'
import { isRedisAway, ownKey, versionPrefix } from '@onsale/platform/redis-views'
import type { Redis } from 'ioredis'
import type { Checkpoint, CheckpointId } from '../runtime/checkpoint.js'
import {
  type ParkedPlace,
  type ParkedTally,
  type ProjectionStore,
  StoreAwayError,
  type StoreTransaction,
  type StreamVersions,
  VersionGoneError,
} from '../runtime/store.js'
import { applyScript, beginScript } from './apply-script.js'
import { type ParkedEntry, type ParkedEvent, parkedKey } from './parked-entries.js'
import { RedisTransaction } from './redis-transaction.js'

export interface RedisStoreOptions {
  redis: Redis
  env: string
  timers: Timers
  /** Whether the version is one that is to be fed: said by the database that keeps versions. */
  isFed(id: CheckpointId): Promise<boolean>
}

/** Keys of the runtime, but checkpoint and index. */
const others = [
  ownKey.streams,
  ownKey.notes,
  ownKey.follow,
  ownKey.incomplete,
  ownKey.parked,
  ownKey.dropped,
  ownKey.hold,
] as const

type Scripts = Redis & {
  viewApply(count: number, ...args: (string | number)[]): Promise<[string, string?]>
  viewBegin(count: number, ...args: (string | number)[]): Promise<string[]>
}

/**
 * Projections in Redis. A transaction is gathered here and done by one script, which begins with the checkpoint's compare-and-set: it
 * needs no lock, and what it read meanwhile is right if the checkpoint is where it was. What Redis loses it makes anew from the log.
 */
export class RedisStore implements ProjectionStore {
  readonly name = 'redis'
  readonly forgetful = true
  private readonly redis: Scripts
  private readonly seen = new Map<string, CheckpointId>()

  constructor(private readonly options: RedisStoreOptions) {
    const { redis } = options
    redis.defineCommand('viewApply', { lua: applyScript })
    redis.defineCommand('viewBegin', { lua: beginScript })
    this.redis = redis as Scripts
  }

  async checkpoint(id: CheckpointId, now: number): Promise<Checkpoint> {
    const prefix = this.prefixOf(id)
    this.seen.set(prefix, id)
    const found = await awayOr(this.redis.hmget(prefix + ownKey.checkpoint, 'next', 'claim', 'command', 'epoch'))
    if (found[0] != null) return checkpointOf(found as string[])
    if (!(await this.options.isFed(id))) throw new VersionGoneError(id)
    const keys = [ownKey.checkpoint, ownKey.keys, ...others].map((key) => prefix + key)
    return checkpointOf(await awayOr(this.redis.viewBegin(keys.length, ...keys, id.topic, now, prefix)))
  }

  async parkedStreams(id: CheckpointId): Promise<Set<string>> {
    return new Set(await awayOr(this.redis.hkeys(this.prefixOf(id) + ownKey.parked)))
  }

  /** Of the checkpoints that were asked for here. */
  async parkedNow(topic: string): Promise<ParkedTally[]> {
    const tallies: ParkedTally[] = []
    for (const [prefix, { projection, version, partition, topic: of }] of this.seen) {
      if (of !== topic) continue
      const entries = await awayOr(this.redis.hgetall(prefix + ownKey.parked))
      const dropped = await awayOr(this.redis.hlen(prefix + ownKey.dropped))
      const streams = Object.entries(entries).map(([stream, json]) => {
        const { missing, redriveAt } = JSON.parse(json) as ParkedEntry
        return { stream, missing, redriveWanted: redriveAt !== null }
      })
      let events = 0
      for (const { stream } of streams) events += await awayOr(this.redis.zcard(prefix + parkedKey(stream)))
      if (streams.length + dropped > 0) tallies.push({ projection, version, partition, streams, events, dropped })
    }
    return tallies
  }

  async streamVersions(id: CheckpointId, streams: readonly string[]): Promise<StreamVersions> {
    const known: StreamVersions = { versions: new Map(), mayFollow: new Map(), notes: new Map() }
    if (streams.length === 0) return known
    const prefix = this.prefixOf(id)
    const of = (key: string) => this.redis.hmget(prefix + key, ...streams)
    const [versions, follow, notes] = await awayOr(
      Promise.all([of(ownKey.streams), of(ownKey.follow), of(ownKey.notes)]),
    )
    for (const [at, stream] of streams.entries()) {
      const [version, mayFollow, note] = [versions[at], follow[at], notes[at]]
      if (version != null) known.versions.set(stream, Number(version))
      if (mayFollow != null) known.mayFollow.set(stream, Number(mayFollow))
      if (note != null) known.notes?.set(stream, note)
    }
    return known
  }

  async parkedPlaces(id: CheckpointId, stream: string, most: number): Promise<ParkedPlace[]> {
    const found = await awayOr(this.redis.zrange(this.prefixOf(id) + parkedKey(stream), '0', `${most - 1}`))
    return found.map((json) => JSON.parse(json) as ParkedEvent)
  }

  async parkedEntry(id: CheckpointId, stream: string): Promise<ParkedEntry | null> {
    const json = await awayOr(this.redis.hget(this.prefixOf(id) + ownKey.parked, stream))
    return json === null ? null : (JSON.parse(json) as ParkedEntry)
  }

  async transaction<Result>(work: (transaction: StoreTransaction) => Promise<Result>): Promise<Result> {
    const transaction = new RedisTransaction(this)
    const result = await work(transaction)
    await transaction.commit()
    return result
  }

  /** Waits out a hold. */
  async apply(keys: readonly string[], args: readonly (string | number)[]): Promise<[string, string?]> {
    for (;;) {
      const outcome = await awayOr(this.redis.viewApply(keys.length, ...keys, ...args))
      if (outcome[0] !== 'held') return outcome
      await this.options.timers.sleep(5)
    }
  }

  prefixOf({ projection, version, partition }: Omit<CheckpointId, 'topic'>): string {
    return versionPrefix(this.options.env, { projection, partition }, version)
  }
}

const checkpointOf = ([next, claim, command, epoch]: string[]): Checkpoint => ({
  nextOffset: Number(next),
  claimId: claim || null,
  commandOffset: command ? Number(command) : null,
  epoch: Number(epoch),
})

async function awayOr<Result>(work: Promise<Result>): Promise<Result> {
  return work.catch((error: Error) => {
    throw isRedisAway(error) ? new StoreAwayError(error.message, { cause: error }) : error
  })
}

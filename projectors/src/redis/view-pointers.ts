import { ownKey, servingKey, viewPrefix } from '@onsale/platform/redis-views'
import type { Redis } from 'ioredis'

/**
 * Shows readers of a partition a version, if it is not behind the one that they are shown. KEYS: pointer. ARGV: prefix of the projection's
 * keys in the partition, number of the version. Answers same, set, absent (it has no checkpoint) or behind.
 */
const pointScript = `
local shown = redis.call('GET', KEYS[1])
local function next(version) return tonumber(redis.call('HGET', ARGV[1] .. 'v' .. version .. ':${ownKey.checkpoint}', 'next') or -1) end
if shown == ARGV[2] then return 'same' end
local reached = next(ARGV[2])
if reached < 0 then return 'absent' end
if shown and next(shown) > reached then return 'behind' end
redis.call('SET', KEYS[1], ARGV[2])
return 'set'
`

export type Pointed = 'same' | 'set' | 'absent' | 'behind'

type Scripts = Redis & { viewPoint(key: string, prefix: string, version: number): Promise<Pointed> }

/**
 * Which version the readers of each partition are shown, beside its rows. The database that keeps versions decides; what it says is brought
 * here by whoever comes first, never so that a reader would be shown an older state.
 */
export class ViewPointers {
  private readonly redis: Scripts

  constructor(
    redis: Redis,
    private readonly env: string,
  ) {
    redis.defineCommand('viewPoint', { numberOfKeys: 1, lua: pointScript })
    this.redis = redis as Scripts
  }

  point(projection: string, partition: number, version: number): Promise<Pointed> {
    const place = { projection, partition }
    return this.redis.viewPoint(servingKey(this.env, place), viewPrefix(this.env, place), version)
  }
}

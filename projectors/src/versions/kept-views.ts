import type { Redis } from 'ioredis'
import type { RedisViews } from '../redis/redis-views.js'
import type { AnyProjection } from '../runtime/index.js'

/** The views in Redis, and the partitions of the journal that they are made of. */
export interface KeptViews {
  views: RedisViews
  redis: Redis
  env: string
  partitions: readonly number[]
  /** The journal, with the environment's prefix. */
  topic: string
}

/**
 * The views where the projection is one of them, else null.
 * @throws Error where it is, and nobody gave them
 */
export function viewsOf(
  definitions: readonly AnyProjection[],
  projection: string,
  kept: KeptViews | null,
): KeptViews | null {
  if (!definitions.some(({ name, keptIn }) => name === projection && keptIn === 'redis')) return null
  if (!kept) throw new Error(`${projection} is kept in redis, which is not known here`)
  return kept
}

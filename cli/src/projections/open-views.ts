import { once } from 'node:events'
import { systemTimers } from '@onsale/platform/ports'
import { openRedis } from '@onsale/platform/redis-views'
import { type KeptViews, RedisViews } from '@onsale/projectors'

const patienceMs = 2_000

/** The views in Redis of a running stack; where it is away, what is asked of them says so. */
export async function openViews(
  { env, variables }: { env: string; variables: Record<string, string> },
  topic: string,
  partitions: readonly number[],
): Promise<KeptViews> {
  const redis = openRedis({ url: variables.ONSALE_REDIS_URL ?? '', timeoutMs: 30_000 })
  const waiting = new AbortController()
  await Promise.race([
    once(redis, 'ready', { signal: waiting.signal }).catch(() => {}),
    systemTimers.sleep(patienceMs, waiting.signal),
  ])
  waiting.abort()
  return { views: new RedisViews(redis, env), redis, env, partitions, topic }
}

import { randomBytes } from 'node:crypto'
import { openRedis } from '@onsale/platform/redis-views'
import type { Redis } from 'ioredis'

/** Keys of its own on the server that ONSALE_REDIS_URL names. */
export function testRedis(): { redis: Redis; env: string; wipe(): Promise<void>; drop(): Promise<void> } {
  const url = process.env.ONSALE_REDIS_URL
  if (!url) throw new Error('ONSALE_REDIS_URL must name a Redis server')
  const redis = openRedis({ url, timeoutMs: 5_000 })
  const env = `test-${randomBytes(6).toString('hex')}`
  const wipe = async () => {
    const keys = await redis.keys(`onsale:{${env}/*`)
    if (keys.length > 0) await redis.unlink(...keys)
  }
  return {
    redis,
    env,
    wipe,
    async drop() {
      await wipe()
      redis.disconnect()
    },
  }
}

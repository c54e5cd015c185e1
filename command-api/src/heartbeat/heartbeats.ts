import { ProblemError } from '@onsale/platform/http'
import type { Clock } from '@onsale/platform/ports'
import type { PresenceWriter } from '@onsale/platform/presence'
import { isRedisAway } from '@onsale/platform/redis-views'
import { LRUCache } from 'lru-cache'
import type { RoomKeys } from '../queue/room-keys.js'

/** Visitors whose last heartbeat this process remembers. */
const mostVisitors = 200_000

/** Takes visitors' heartbeats: those of one room that come together are one command to Redis. */
export class Heartbeats {
  private readonly last = new LRUCache<string, number>({ max: mostVisitors })

  constructor(
    private readonly presence: Pick<PresenceWriter, 'record'>,
    private readonly keys: RoomKeys,
    private readonly clock: Clock,
  ) {}

  /** @throws ProblemError 403, 429 or 503 */
  async take(showId: string, customerId: string, token: string): Promise<void> {
    const { entryId, everySeconds } = this.keys.readHeartbeat(showId, customerId, token)
    const now = this.clock.now()
    const earliest = (this.last.get(entryId) ?? 0) + everySeconds * 500
    if (now < earliest) {
      const seconds = Math.ceil((earliest - now) / 1_000)
      throw new ProblemError(429, 'too-many-requests', `One heartbeat in ${everySeconds} s is enough.`, {
        headers: { 'retry-after': String(seconds) },
      })
    }
    this.last.set(entryId, now)
    try {
      await this.presence.record(showId, entryId, now)
    } catch (error) {
      this.last.delete(entryId)
      if (!isRedisAway(error)) throw error
      throw new ProblemError(503, 'presence-unavailable', 'Heartbeats cannot be kept right now: no place is lost.', {
        headers: { 'retry-after': String(everySeconds) },
        cause: error,
      })
    }
  }
}

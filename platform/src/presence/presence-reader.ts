import type { Redis } from 'ioredis'
import { presenceKeys, pulseKey, silenceMs } from './presence-keys.js'

export interface Absent {
  entryId: string
  /** UTC ms, of a heartbeat that was recorded. */
  lastSeenAt: number
}

export interface Presence {
  /** UTC ms: every heartbeat since then is among what is told here. Null: something may be missing even now. */
  wholeSince: number | null
  /** Those last heard of before the time that was asked for, the longest silent first. */
  absent: Absent[]
}

const absentLua = `
return {redis.call('GET', KEYS[2]) or '', redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[1], 'WITHSCORES', 'LIMIT', 0, ARGV[2])}`

type Run = (...args: (string | number)[]) => Promise<[string, string[]]>

/**
 * Who has not been heard of. An entry that never sent a heartbeat is not here, and missing data are never absence: nobody may be taken for absent
 * who was silent for no longer than the data are whole.
 */
export class PresenceReader {
  /** @param redis the primary: a replica may be behind */
  constructor(
    private readonly redis: Redis,
    private readonly env: string,
  ) {
    redis.defineCommand('presence_absent', { numberOfKeys: 2, lua: absentLua })
  }

  /** @throws what the connection throws */
  async absent(showId: string, at: { now: number; seenBefore: number; most: number }): Promise<Presence> {
    const keys = presenceKeys(this.env, showId)
    const run = (this.redis as unknown as Record<string, Run>).presence_absent as Run
    const [pulsed, last] = await this.redis.hmget(pulseKey(this.env), 'since', 'last')
    const [began, flat] = await run.call(this.redis, keys.seen, keys.since, at.seenBefore, at.most)
    const isWhole = began !== '' && typeof pulsed === 'string' && Number(last) >= at.now - silenceMs
    return {
      wholeSince: isWhole ? Math.max(Number(began), Number(pulsed)) : null,
      absent: pairs(flat).map(([entryId, score]) => ({ entryId, lastSeenAt: Number(score) })),
    }
  }

  /** They need not be asked for again: their places are gone, or they no longer wait. */
  async forget(showId: string, entryIds: readonly string[]): Promise<void> {
    if (entryIds.length > 0) await this.redis.zrem(presenceKeys(this.env, showId).seen, ...entryIds)
  }
}

const pairs = (flat: string[]): [string, string][] =>
  Array.from({ length: flat.length / 2 }, (_, at) => [flat[2 * at]!, flat[2 * at + 1]!])

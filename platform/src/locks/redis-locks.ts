import { Redis } from 'ioredis'
import type { Logger } from 'pino'
import Redlock, { ExecutionError, type Lock, ResourceLockedError } from 'redlock'
import type { Clock } from '../ports/index.js'

export interface RedisLocksOptions {
  url: string
  /** Before each lock's name. */
  prefix: string
  /** How long a lock outlives its holder, ms. */
  ttlMs: number
  clock: Clock
  logger: Logger
}

/**
 * Locks that keep processes from doing the same work twice: efficiency, never safety. What is done under one must be right
 * when two do it, or when Redis has lost it; and where Redis is away, everybody may try.
 */
export class RedisLocks {
  private readonly redis: Redis
  private readonly redlock: Redlock
  private readonly held = new Map<string, Lock>()
  private away = false

  constructor(private readonly options: RedisLocksOptions) {
    this.redis = new Redis(options.url, {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 1,
      connectTimeout: 1_000,
      commandTimeout: 1_000,
      retryStrategy: (times) => Math.min(times * 100, 2_000),
    })
    this.redis.on('error', () => {})
    // A contended acquire that retries by itself may give an expired lock: no retries but our caller's.
    this.redlock = new Redlock([this.redis], { retryCount: 0, automaticExtensionThreshold: 0 })
    this.redlock.on('error', () => {})
  }

  /** False where another process holds the lock. */
  async mayTry(name: string): Promise<boolean> {
    try {
      const lock = await this.redlock.acquire([this.keyOf(name)], this.options.ttlMs)
      if (lock.expiration <= this.options.clock.now()) return false
      this.held.set(name, lock)
      this.away = false
      return true
    } catch (error) {
      if (await isHeld(error)) return false
      this.sayAway(error as Error)
      return true
    }
  }

  /** Holds on to the lock where it is held; one that was lost is tried for again. */
  async renew(name: string): Promise<void> {
    const lock = this.held.get(name)
    if (!lock) return void (await this.mayTry(name))
    if (lock.expiration - this.options.clock.now() > this.options.ttlMs / 2) return
    try {
      this.held.set(name, await lock.extend(this.options.ttlMs))
    } catch (error) {
      this.held.delete(name)
      if (!(await isHeld(error))) this.sayAway(error as Error)
    }
  }

  /** Whether this process has the lock itself: not where it may only try because Redis is away, nor where it was held up past its lease. */
  holds(name: string): boolean {
    const lock = this.held.get(name)
    return lock !== undefined && lock.expiration > this.options.clock.now()
  }

  leave(name: string): void {
    const lock = this.held.get(name)
    this.held.delete(name)
    // It runs out by itself where Redis does not hear of it.
    lock?.release().catch(() => {})
  }

  async stop(): Promise<void> {
    const locks = [...this.held.values()]
    this.held.clear()
    await Promise.all(locks.map((lock) => lock.release().catch(() => {})))
    this.redis.disconnect()
  }

  private keyOf(name: string): string {
    return `${this.options.prefix}${name}`
  }

  private sayAway(error: Error): void {
    if (!this.away) this.options.logger.warn({ err: error }, 'redis is away: going on without locks')
    this.away = true
  }
}

async function isHeld(error: unknown): Promise<boolean> {
  if (!(error instanceof ExecutionError)) return error instanceof ResourceLockedError
  const stats = await Promise.all(error.attempts)
  return stats.some(({ votesAgainst }) => [...votesAgainst.values()].some((why) => why instanceof ResourceLockedError))
}

import type { Endpoint, Kernel } from '../kernel/index.js'

interface Lease {
  holder: object
  /** Simulated ms. */
  until: number
}

interface Seen {
  /** UTC ms from which on every heartbeat of the room is there. */
  since: number
  at: Map<string, number>
}

const silenceMs = 5_000

/** What rooms keep in Redis: leases and heartbeats. All of it can be lost at any time. */
export class RedisServer implements Endpoint {
  readonly name = 'redis'
  up = true
  private leases = new Map<string, Lease>()
  private seen = new Map<string, Seen>()
  private pulse: { since: number; last: number } | null = null
  /** Every heartbeat that was ever recorded: what the world remembers, and Redis may have lost. */
  private readonly recorded = new Map<string, Set<number>>()

  constructor(private readonly kernel: Kernel) {}

  /** False where another one has the lease. */
  acquire(name: string, holder: object, ttlMs: number): boolean {
    const lease = this.leases.get(name)
    if (lease && lease.holder !== holder && lease.until > this.kernel.now) return false
    this.leases.set(name, { holder, until: this.kernel.now + ttlMs })
    return true
  }

  release(name: string, holder: object): void {
    if (this.leases.get(name)?.holder === holder) this.leases.delete(name)
  }

  heartbeat(showId: string, entryId: string, at: number): void {
    const room = this.seen.get(showId) ?? { since: at, at: new Map() }
    this.seen.set(showId, room)
    room.at.set(entryId, Math.max(at, room.at.get(entryId) ?? 0))
    const all = this.recorded.get(entryId) ?? new Set()
    this.recorded.set(entryId, all)
    all.add(at)
  }

  /** Whoever takes heartbeats shows that they come through. */
  beat(at: number): void {
    if (!this.pulse || at - this.pulse.last > silenceMs) this.pulse = { since: at, last: at }
    else this.pulse.last = Math.max(this.pulse.last, at)
  }

  absent(showId: string, { now, seenBefore, most }: { now: number; seenBefore: number; most: number }) {
    const room = this.seen.get(showId)
    const { pulse } = this
    const isWhole = room && pulse && pulse.last >= now - silenceMs
    const absent = [...(room?.at ?? [])]
      .filter(([, at]) => at < seenBefore)
      .sort(([a, at], [b, bt]) => at - bt || (a < b ? -1 : 1))
      .slice(0, most)
      .map(([entryId, lastSeenAt]) => ({ entryId, lastSeenAt }))
    return { wholeSince: isWhole ? Math.max(room.since, pulse.since) : null, absent }
  }

  forget(showId: string, entryIds: readonly string[]): void {
    for (const entryId of entryIds) this.seen.get(showId)?.at.delete(entryId)
  }

  wasSeen(entryId: string, at: number): boolean {
    return this.recorded.get(entryId)?.has(at) ?? false
  }

  lose(): void {
    this.leases = new Map()
    this.seen = new Map()
    this.pulse = null
  }
}

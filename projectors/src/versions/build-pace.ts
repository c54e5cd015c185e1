import type { Clock, Timers } from '@onsale/platform/ports'

/** What readers' versions suffer, as far as it is known: how long the newest of their events took from the log to their rows, ms. */
export interface LiveDelay {
  recentMs(now: number): number
}

/** Live events that take longer than this from the log to the rows slow a rebuild down. */
const tolerableMs = 250
const shortestPauseMs = 20
const longestPauseMs = 1_000
/** Events between two looks at the pace: the more there are to a transaction, the fewer round trips and rows that are written twice. */
const mostAtATime = 10_000
/** While those that readers are shown fall behind. */
const mostWhenSlowed = 2_000

/**
 * How fast a version is built: no faster than the throttle says, and slower and slower while those that readers are shown fall
 * behind. It never stands still: however far they are behind, a batch goes every second.
 */
export class BuildPace {
  /** Events a second at most; null: as fast as may be. */
  throttle: number | null = null
  private pauseMs = 0
  private bound = true

  /** When the events that went so far are due, by the throttle. */
  private due = 0

  constructor(
    private readonly live: LiveDelay,
    private readonly clock: Clock,
    private readonly timers: Timers,
  ) {}

  get isBound(): boolean {
    return this.bound
  }

  /** The pause between batches at the moment, ms. */
  get slowedMs(): number {
    return this.pauseMs
  }

  /** How many events to take at a time: a throttled build goes on several times a second. */
  get atATime(): number {
    const most = this.pauseMs > 0 ? mostWhenSlowed : mostAtATime
    return this.throttle === null ? most : Math.max(1, Math.min(most, Math.floor(this.throttle / 4)))
  }

  /** From here on it is fed like what readers are shown: as fast as may be. */
  unbound(): void {
    this.bound = false
    this.throttle = null
    this.pauseMs = 0
  }

  /** Waits until so many events may go. */
  async take(events: number, signal: AbortSignal): Promise<void> {
    if (!this.bound) return
    const now = this.clock.now()
    this.pauseMs =
      this.live.recentMs(now) > tolerableMs
        ? Math.min(longestPauseMs, Math.max(shortestPauseMs, this.pauseMs * 2))
        : Math.floor(this.pauseMs / 2)
    let waitMs = this.pauseMs
    if (this.throttle === null) this.due = now
    else {
      this.due = Math.max(now, this.due)
      waitMs = Math.max(waitMs, this.due - now)
      this.due += (events / this.throttle) * 1_000
    }
    if (waitMs > 0) await this.timers.sleep(waitMs, signal)
  }
}

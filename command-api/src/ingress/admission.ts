import type { Clock } from '@onsale/platform/ports'

export interface AdmissionOptions {
  clock: Clock
  /** Most and fewest commands that may wait for their answers at a time. */
  most?: number
  least?: number
  /** Answers that all take longer than this say that commands queue, ms. */
  targetMs?: number
  /** How often the limit is looked at, ms. */
  intervalMs?: number
}

/** Why a command is not let in: nothing was done. */
export type TurnedAway = 'overloaded' | 'too-many-requests'

/**
 * How many commands may wait at a time: so few that they are answered while somebody still waits for the answer. Where even the fastest
 * answer of an interval is late, a queue stands somewhere behind us, and the limit falls; where answers are quick it grows again, and
 * when nothing waits for a while it is forgotten: a limit of bad times must not meet the next rush. Without any answer there is nothing
 * to learn: a fail-over is waited out up to the limit. When it gets crowded nobody may have more than an eighth of the places.
 */
export class Admission {
  private readonly clock: Clock
  private readonly most: number
  private readonly least: number
  private readonly targetMs: number
  private readonly intervalMs: number
  private readonly callers = new Map<string, number>()
  private limitNow: number
  private waitingNow = 0
  private fullest = 0
  private fastestMs = Number.POSITIVE_INFINITY
  private lookAt = 0
  private emptySince = 0

  constructor({ clock, most = 1_500, least = 50, targetMs = 1_000, intervalMs = 100 }: AdmissionOptions) {
    this.clock = clock
    this.most = most
    this.least = Math.min(least, most)
    this.targetMs = targetMs
    this.intervalMs = intervalMs
    this.limitNow = most
  }

  get limit(): number {
    return Math.floor(this.limitNow)
  }

  get waiting(): number {
    return this.waitingNow
  }

  /** Null: come in, and `leave` is to be called once. */
  enter(caller: string): TurnedAway | null {
    if (this.waitingNow === 0 && this.clock.now() - this.emptySince > this.targetMs) this.limitNow = this.most
    this.fullest = Math.max(this.fullest, this.waitingNow)
    if (this.waitingNow >= this.limit) return 'overloaded'
    const own = this.callers.get(caller) ?? 0
    const crowded = this.waitingNow >= this.limit / 2
    if (crowded && own >= Math.max(1, this.limit / 8)) return 'too-many-requests'
    this.waitingNow += 1
    this.callers.set(caller, own + 1)
    return null
  }

  /** @param answeredAfterMs from its coming in; null where it got no answer */
  leave(caller: string, answeredAfterMs: number | null): void {
    this.waitingNow -= 1
    if (this.waitingNow === 0) this.emptySince = this.clock.now()
    const own = (this.callers.get(caller) ?? 1) - 1
    if (own === 0) this.callers.delete(caller)
    else this.callers.set(caller, own)
    if (answeredAfterMs === null) return
    this.fastestMs = Math.min(this.fastestMs, answeredAfterMs)
    if (this.clock.now() < this.lookAt) return
    this.adapt()
    this.lookAt = this.clock.now() + this.intervalMs
    this.fastestMs = Number.POSITIVE_INFINITY
    this.fullest = this.waitingNow
  }

  private adapt(): void {
    if (this.fastestMs <= this.targetMs) this.limitNow = Math.min(this.most, this.limitNow * 1.1 + 1)
    // So few do not make the queue that they stand in.
    else if (this.fullest > this.least)
      this.limitNow = Math.max(this.least, Math.min(this.limitNow, this.fullest) * 0.8)
  }
}

import type { Clock, Timers } from '@onsale/platform/ports'
import type { Logger } from 'pino'

/** A clock further than this from the broker's decides no deadlines, ms. */
export const allowedSkewMs = 1_000
/** How long a process with a wrong clock stays away before it tries again, if nobody sets its clock in the meantime. */
const firstRestMs = 5_000
const longestRestMs = 300_000
const lookMs = 500
/** Timers are late by less than this on a machine that can serve at all. */
const leastJumpMs = 250

/** The broker stamped a claim with a time that is not ours. */
export class WrongClockError extends Error {
  /** @param aheadMs of the broker's clock; behind it: negative */
  constructor(readonly aheadMs: number) {
    super(`this clock is ${describe(aheadMs)} the broker's: too far apart to decide deadlines`)
  }
}

const describe = (aheadMs: number) => `${Math.abs(Math.round(aheadMs))} ms ${aheadMs > 0 ? 'ahead of' : 'behind'}`

/** How far the clock is ahead of the broker's, who stamped `brokerMs` between `before` and `after`; 0 where it may be right. */
export const aheadOf = (brokerMs: number, before: number, after: number): number =>
  brokerMs < before ? before - brokerMs : Math.min(0, after - brokerMs)

/**
 * Says when a process whose clock was found wrong may try again: when the clock has been set, which shows as a jump against the timers,
 * or after a while, longer each time.
 */
export class ClockWatch {
  private aheadMs: number | null = null
  private restMs = firstRestMs

  constructor(private readonly options: { clock: Clock; timers: Timers; logger: Logger }) {}

  /** Why nothing may be decided here now; null where that is not known to be so. */
  get trouble(): string | null {
    return this.aheadMs === null
      ? null
      : `this clock is ${describe(this.aheadMs)} the broker's: out of the group of deciders until it is right`
  }

  /** A claim was stamped with a time that agrees with ours. */
  right(): void {
    this.restMs = firstRestMs
  }

  /** Resolves when another try is due. */
  async wrong(aheadMs: number, signal: AbortSignal): Promise<void> {
    const { clock, timers, logger } = this.options
    this.aheadMs = aheadMs
    logger.error({ aheadMs, restMs: this.restMs }, this.trouble ?? '')
    const restMs = this.restMs
    this.restMs = Math.min(restMs * 2, longestRestMs)
    let last = clock.now()
    for (let rested = 0; rested < restMs; rested += lookMs) {
      if (!(await timers.sleep(lookMs, signal))) return
      const now = clock.now()
      const jumpMs = now - last - lookMs
      last = now
      if (Math.abs(jumpMs) < leastJumpMs) continue
      this.aheadMs += jumpMs
      if (Math.abs(this.aheadMs) <= allowedSkewMs) break
    }
    logger.info({ aheadMs: this.aheadMs }, 'trying again whether this clock is right')
    this.aheadMs = null
  }
}

import type { Clock } from '@onsale/platform/ports'
import type { ProjectionObserver } from '../runtime/index.js'
import type { LiveDelay } from './build-pace.js'

const recentMs = 2_000

/** Watches what the versions for readers apply, as an observer beside the one that measures. */
export class MeasuredDelay implements LiveDelay {
  private worstMs = 0
  private at = 0

  constructor(private readonly clock: Clock) {}

  recentMs(now: number): number {
    return now - this.at > recentMs ? 0 : this.worstMs
  }

  watching(observer: ProjectionObserver): ProjectionObserver {
    return {
      ...observer,
      applied: (id, done) => {
        if (done.appendedAt !== null) this.note(this.clock.now(), done.appendedAt)
        observer.applied(id, done)
      },
    }
  }

  /** The worst of late: what was worse is forgotten as time goes by. */
  private note(now: number, appendedAt: number): void {
    const delayMs = now - appendedAt
    const remembered = this.recentMs(now) * Math.max(0, 1 - (now - this.at) / recentMs)
    this.worstMs = Math.max(delayMs, remembered)
    this.at = now
  }
}

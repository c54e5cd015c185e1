import type { Clock } from '@onsale/platform/ports'

/** What was seen longer ago says nothing of the clocks now. */
const rememberedMs = 30_000

const nothingKnown = () => ({ least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY })

/**
 * The time that the log goes by, as far as this process can tell: the broker's clock may be ahead of or behind ours, and a pace in log time is
 * kept only by who asks in log time. Between the sending of a command and the sight of its answer lies the broker's stamp.
 */
export class LogClock {
  private bounds = nothingKnown()
  private before = nothingKnown()
  private since = 0

  constructor(private readonly clock: Clock) {}

  /** @param sentAt by our clock, UTC ms @param logTime of the answer that is there now */
  saw(sentAt: number, logTime: number): void {
    const now = this.clock.now()
    if (now - this.since > rememberedMs) {
      this.before = this.bounds
      this.bounds = nothingKnown()
      this.since = now
    }
    this.bounds.least = Math.max(this.bounds.least, logTime - now)
    this.bounds.most = Math.min(this.bounds.most, logTime - sentAt)
  }

  /** UTC ms of the log; our own where nothing speaks against it. */
  now(): number {
    const least = Math.max(this.bounds.least, this.before.least)
    const most = Math.min(this.bounds.most, this.before.most)
    return this.clock.now() + Math.min(Math.max(0, least), Math.max(most, least))
  }
}

import type { Forecast } from '../../audit/room/admission-figures.js'
import type { Standing } from './room-door.js'

/** What the visitors of a room know: their places, what they were told, and where they are now. */
export class RushRecord {
  /** By customer: the entry that the room acknowledged. */
  readonly entries = new Map<string, string>()
  readonly forecasts: Forecast[] = []
  looks = 0
  shopping = 0
  finished = 0
  /** What was last said to whom most people were before. */
  private lastWait: Standing['wait'] = null
  private lastAhead = 0
  private readonly waiting = new Set<string>()
  private readonly inShop = new Set<string>()

  get waits(): number {
    return this.waiting.size
  }

  entered(customerId: string, entryId: string): void {
    this.entries.set(customerId, entryId)
    this.waiting.add(customerId)
  }

  saw(customerId: string, { status, entryId, ahead, wait }: Standing): void {
    this.looks += 1
    if (status !== 'waiting') {
      this.waiting.delete(customerId)
      return
    }
    if (wait) this.forecasts.push({ entryId, at: Date.now(), p90Ms: wait.p90Seconds * 1_000 })
    if (ahead !== null && ahead >= this.lastAhead * 0.9) {
      this.lastAhead = ahead
      this.lastWait = wait
    } else this.lastAhead *= 0.999
  }

  shops(customerId: string): void {
    this.waiting.delete(customerId)
    this.inShop.add(customerId)
    this.shopping = this.inShop.size
  }

  gone(customerId: string): void {
    this.waiting.delete(customerId)
    this.inShop.delete(customerId)
    this.shopping = this.inShop.size
    this.finished += 1
  }

  /** The wait of who came last, as it was told: `50–80 s`. */
  get eta(): string {
    return this.lastWait ? `${this.lastWait.p50Seconds}–${this.lastWait.p90Seconds} s` : 'unknown'
  }
}

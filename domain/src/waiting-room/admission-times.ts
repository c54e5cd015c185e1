export const minuteMs = 60_000
export const secondMs = 1_000

export const perSecond = (ratePerMinute: number) => Math.ceil(ratePerMinute / 60)

/** When visitors were admitted: as far back as any rate that the room has had can ask. */
export class AdmissionTimes {
  private times: Float64Array<ArrayBuffer>
  private count = 0

  /** @param most of a minute */
  constructor(most: number) {
    this.times = new Float64Array(most)
  }

  /** A higher rate looks further back. What is forgotten was never within a minute: the rate before saw to that. */
  atLeast(most: number): void {
    if (most <= this.times.length) return
    const known = this.newest()
    this.times = new Float64Array(most)
    this.count = 0
    for (const at of known) this.add(at)
  }

  add(at: number): void {
    this.times[this.count % this.times.length] = at
    this.count++
  }

  /** How many may be admitted at `now` so that no window of a minute or a second that ends then has more than its rate; times never go back. */
  allowance(ratePerMinute: number, now: number): number {
    const minute = ratePerMinute - this.since(now - minuteMs)
    const second = perSecond(ratePerMinute) - this.since(now - secondMs)
    return Math.max(0, Math.min(minute, second))
  }

  /** When `allowance` is next above 0, if nobody is admitted before; `now` where it is. */
  nextAt(ratePerMinute: number, now: number): number {
    const freeAt = (rate: number, windowMs: number) => {
      const kept = Math.min(this.count, this.times.length)
      return rate > kept ? now : this.back(rate) + windowMs
    }
    return Math.max(now, freeAt(ratePerMinute, minuteMs), freeAt(perSecond(ratePerMinute), secondMs))
  }

  get size(): number {
    return Math.min(this.count, this.times.length)
  }

  /** Oldest first. */
  newest(): number[] {
    const kept = this.size
    return Array.from({ length: kept }, (_, at) => this.back(kept - at))
  }

  /** After `time`. */
  private since(time: number): number {
    let low = 0
    let high = Math.min(this.count, this.times.length)
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.back(middle) > time) low = middle
      else high = middle - 1
    }
    return low
  }

  /** The `n`th newest, from 1. */
  private back(n: number): number {
    return this.times[(this.count - n) % this.times.length]!
  }
}

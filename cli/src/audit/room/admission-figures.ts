/**
 * What the admissions of a waiting room came to, by the clock of its log: pure functions, which audit, demo and fault suite share.
 * All times are UTC ms and never go back.
 */

export const minuteMs = 60_000
export const secondMs = 1_000

/** Most of a second: a sixtieth of the rate, rounded up. */
export const perSecond = (ratePerMinute: number) => Math.ceil(ratePerMinute / 60)

/** Counts what lies within a window that ends at the newest time. */
export class SlidingCount {
  private readonly times: number[] = []
  private from = 0
  /** The most that any window had. */
  most = 0

  constructor(private readonly windowMs: number) {}

  /** @returns how many lie in the window that ends at `time`, this one included; its beginning is outside */
  add(time: number): number {
    this.times.push(time)
    while ((this.times[this.from] as number) <= time - this.windowMs) this.from += 1
    const count = this.times.length - this.from
    this.most = Math.max(this.most, count)
    return count
  }
}

/**
 * How much of the rate was used while people waited, stock lasted, slots were free and nobody had paused the room. Each stretch of such time
 * is held against what the rate allows in it: more than that in one (slots that come back are taken at once) makes up for nothing in another.
 */
export class RateUse {
  private since: { at: number; could: boolean; ratePerMinute: number } | null = null
  /** Of the stretch that goes on. */
  private open = { usable: 0, granted: 0 }
  private closed = { usable: 0, used: 0 }
  usableMs = 0

  /** From `at` on admissions are possible, or not, at this rate. */
  from(at: number, could: boolean, ratePerMinute: number): void {
    const { since } = this
    if (since?.could) {
      this.usableMs += at - since.at
      this.open.usable += ((at - since.at) * since.ratePerMinute) / minuteMs
    }
    if (!could) this.close()
    this.since = { at, could, ratePerMinute }
  }

  admitted(count: number): void {
    if (this.since?.could) this.open.granted += count
  }

  /** Of the admissions that the rate allowed, 1 at most; null where none was possible for a second. */
  share(): number | null {
    const { usable, granted } = this.open
    const all = this.closed.usable + usable
    return this.usableMs < secondMs ? null : (this.closed.used + Math.min(granted, usable)) / all
  }

  private close(): void {
    const { usable, granted } = this.open
    this.closed.usable += usable
    this.closed.used += Math.min(granted, usable)
    this.open = { usable: 0, granted: 0 }
  }
}

/** What a visitor was told while waiting. */
export interface Forecast {
  entryId: string
  /** When it was told, by the clock of whoever asked. */
  at: number
  /** Wait that nine of ten should not exceed, ms; null: unknown. */
  p90Ms: number | null
}

/**
 * Of the forecasts that were given to those who were admitted later, the share whose wait was no longer than their p90; null where none
 * was. Of who was never admitted nobody knows how long they would have waited.
 */
export function etaWithinP90(
  forecasts: readonly Forecast[],
  admittedAt: (entryId: string) => number | null,
): number | null {
  let within = 0
  let judged = 0
  for (const { entryId, at, p90Ms } of forecasts) {
    const admitted = admittedAt(entryId)
    if (p90Ms === null || admitted === null || admitted < at) continue
    judged += 1
    if (admitted - at <= p90Ms) within += 1
  }
  return judged === 0 ? null : within / judged
}

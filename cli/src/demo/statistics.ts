import { build } from 'hdr-histogram-js'
import type { SentCommand } from './client-record.js'

/** How the reserve commands were answered. */
export class Statistics {
  private readonly latency = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 600_000_000,
    numberOfSignificantValueDigits: 3,
  })
  private readonly answersAt: number[] = []
  accepted = 0
  retried = 0

  add(command: SentCommand): void {
    if (command.attempts > 1) this.retried += 1
    if (command.operation !== 'reserve') return
    if (command.outcome === 'accepted') this.accepted += 1
    this.latency.recordValue(Math.max(1, Math.round(command.tookMs * 1_000)))
    this.answersAt.push(command.answeredAt)
  }

  get reserves(): number {
    return this.answersAt.length
  }

  /** From sending to the final answer, ms. */
  percentileMs(percentile: number): number {
    return this.reserves === 0 ? 0 : Math.round(this.latency.getValueAtPercentile(percentile) / 10) / 100
  }

  /** Answers in the last second. */
  lately(now: number): number {
    let count = 0
    for (let at = this.answersAt.length - 1; at >= 0 && (this.answersAt[at] as number) > now - 1_000; at -= 1)
      count += 1
    return count
  }

  /** Answers per second from `begin` to when nine of ten had come: the rush, without the long tail of those who wait. */
  perSecond(begin: number): number {
    const at = [...this.answersAt].sort((a, b) => a - b)
    const last = Math.ceil(at.length * 0.9)
    const end = at[last - 1]
    return end === undefined ? 0 : Math.round(last / Math.max((end - begin) / 1_000, 0.001))
  }
}

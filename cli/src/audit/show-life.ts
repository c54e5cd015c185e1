import type { Rescheduled, Scheduled, ShowCancelled } from './show-events.js'
import type { ReportAt } from './violation.js'

/** After so long every reservation of a cancelled show must have been cancelled too, ms. */
const cancelPatienceMs = 10_000

/** Whether places of a show may be held: published, in its window, not paused, not cancelled. */
export class ShowLife {
  terms: Scheduled | null = null
  published = true
  paused = false
  cancelled: { offset: number; at: number } | null = null

  constructor(private readonly report: ReportAt) {}

  schedule(terms: Scheduled): void {
    this.terms = terms
    this.published = terms.published ?? true
  }

  publish(offset: number): void {
    if (this.published) this.report('transition-wrong', offset, 'the show was published before')
    this.published = true
  }

  pause(offset: number): void {
    if (this.paused) this.report('transition-wrong', offset, 'sales were paused before')
    this.paused = true
  }

  resume(offset: number): void {
    if (!this.paused) this.report('transition-wrong', offset, 'sales were not paused')
    this.paused = false
  }

  reschedule({ salesFrom, salesUntil }: Rescheduled): void {
    if (this.terms) this.terms = { ...this.terms, salesFrom, salesUntil }
  }

  cancel({ reservations, cancelledAt }: ShowCancelled, live: number, offset: number): void {
    if (reservations !== live)
      this.report('show-cancel-wrong', offset, `says ${reservations} reservations, ${live} are live`)
    this.cancelled = { offset, at: cancelledAt }
  }

  /** @param at when the places were held, UTC ms */
  checkHeld(at: number, offset: number): void {
    if (!this.terms) return
    const { salesFrom, salesUntil } = this.terms
    if (at < salesFrom || at >= salesUntil)
      this.report('outside-sales', offset, `held at ${at}, sales are from ${salesFrom} until ${salesUntil}`)
    if (!this.published) this.report('held-while-closed', offset, 'held before the show was published')
    if (this.paused) this.report('held-while-closed', offset, 'held while sales were paused')
    if (this.cancelled) this.report('held-while-closed', offset, 'held after the show was cancelled')
  }

  /** @param readAt when the log was read, UTC ms: cancelling many reservations takes a moment */
  finish(live: number, readAt: number): void {
    if (!this.cancelled || live === 0 || readAt < this.cancelled.at + cancelPatienceMs) return
    this.report('show-cancel-wrong', this.cancelled.offset, `${live} reservations are live after it`)
  }
}

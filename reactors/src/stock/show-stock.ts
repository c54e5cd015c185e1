import { freePlaces, type ShowEvent, type Shows } from '@onsale/domain'
import type { FollowedRecord } from '../journal/followed-partition.js'
import { PendingStock, type StockReport } from './pending-stock.js'

/** What the shows of one partition have to tell their rooms. */
export class ShowStock {
  private readonly pending = new Map<string, PendingStock>()

  constructor(private readonly shows: () => Shows) {}

  /** @param record an event of a show that was folded just now; others mean nothing here */
  take(record: FollowedRecord, knownVersion: number): void {
    const { subject, streamVersion, offset } = record
    const show = subject === null ? null : this.shows().get(subject)
    if (subject === null || streamVersion === null || !show) return
    const pending = this.pending.get(subject) ?? new PendingStock()
    this.pending.set(subject, pending)
    const event = { type: record.type, data: record.data } as ShowEvent
    const { state } = show
    const places = 'reservationId' in event.data ? (state.reservations.get(event.data.reservationId)?.places ?? 0) : 0
    const step = {
      version: streamVersion,
      offset,
      freePlaces: Math.max(0, freePlaces(state)),
      perCustomerLimit: state.terms.perCustomerLimit,
    }
    pending.take(event, step, places)
    pending.known(knownVersion)
  }

  next(
    showId: string,
    known: { showVersion: number; freePlaces: number; perCustomerLimit: number } | null,
  ): StockReport | null {
    return this.pending.get(showId)?.next(known) ?? null
  }

  /** Whether the show sells at `now`, UTC ms: nobody is to be let in for nothing. Where it does not, when it is to be asked again. */
  sellsAt(showId: string, now: number): true | number {
    const show = this.shows().get(showId)
    if (!show) return Number.POSITIVE_INFINITY
    const { terms, paused, cancelled } = show.state
    if (paused || cancelled || !terms.published || now >= terms.salesUntil) return Number.POSITIVE_INFINITY
    return now >= terms.salesFrom ? true : terms.salesFrom
  }
}

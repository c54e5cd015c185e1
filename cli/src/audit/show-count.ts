import type { CountedReservation } from './counted-reservation.js'
import { type DecodedEntry, numberIn } from './log-entry.js'
import type { PlanFacts } from './plan-shelf.js'
import { PriceList } from './price-list.js'
import { ReservationCount } from './reservation-count.js'
import {
  type Cancelled,
  type Changed,
  type Confirmed,
  type Expired,
  type Extended,
  eventName,
  type Held,
  type OfPlaces,
  type OfReservation,
  type PlanChanged,
  type Rescheduled,
  type Scheduled,
  type ShowCancelled,
} from './show-events.js'
import { ShowGate } from './show-gate.js'
import { ShowLife } from './show-life.js'
import { ShowPlaces } from './show-places.js'
import { ShowStock } from './show-stock.js'
import type { ReportAt } from './violation.js'

/** What can happen to a show that is cancelled: what was live ends, or was about to. */
const followsCancel: ReadonlySet<string> = new Set([eventName.cancelled])

type PlanOf = (hash: string) => PlanFacts | null

/**
 * Recounts one show. It keeps going after a violation as if the event were right, so that one mistake of the log is
 * reported once and not by every event after it.
 */
export class ShowCount {
  readonly places: ShowPlaces
  readonly life: ShowLife
  private readonly gate: ShowGate
  readonly prices: PriceList
  readonly stock = new ShowStock()
  private readonly count: ReservationCount

  constructor(private readonly report: ReportAt) {
    this.count = new ReservationCount(this, report)
    this.places = new ShowPlaces(this.count, report)
    this.life = new ShowLife(report)
    this.gate = new ShowGate(report)
    this.prices = new PriceList(report)
  }

  get capacity(): number {
    return this.places.capacity
  }

  get scheduled(): Scheduled | null {
    return this.life.terms
  }

  get reservations(): ReadonlyMap<string, CountedReservation> {
    return this.count.reservations
  }

  get perCustomerLimit(): number {
    return this.scheduled?.perCustomerLimit ?? 0
  }

  get held(): number {
    return this.count.held
  }

  get sold(): number {
    return this.count.sold
  }

  apply(entry: DecodedEntry, planOf: PlanOf): void {
    const { name, offset } = entry
    if (!this.scheduled && name !== eventName.scheduled)
      this.report('transition-wrong', offset, 'an event of a show that was never scheduled')
    if (this.life.cancelled && !followsCancel.has(name))
      this.report('show-cancel-wrong', offset, `${name} after the show was cancelled`)
    this.handlers[name]?.(entry, planOf)
    const { reservationId } = entry.data as { reservationId?: string }
    const reservation = reservationId === undefined ? undefined : this.reservations.get(reservationId)
    if (reservationId !== undefined && reservation) this.stock.is(reservationId, reservation, offset)
    this.stock.passed(numberIn(entry, 'stream-version'), offset, this.capacity - this.held - this.sold)
  }

  /** To be called when the log has been read. @param readAt UTC ms */
  finish(readAt: number): void {
    this.life.finish(this.count.live, readAt)
  }

  private readonly handlers: Record<string, (entry: DecodedEntry, planOf: PlanOf) => void> = {
    [eventName.scheduled]: ({ data, offset }, planOf) => this.schedule(data as Scheduled, offset, planOf),
    [eventName.held]: ({ data, offset }) => {
      const { showId, admissionId } = data as Held
      this.gate.checkHeld(showId, admissionId, offset)
      this.stock.held(data as Held, offset)
      this.count.hold(data as Held, offset)
    },
    [eventName.admissionRequired]: ({ offset }) => this.gate.require(offset),
    [eventName.admissionLifted]: ({ offset }) => this.gate.lift(offset),
    [eventName.extended]: ({ data, offset }) => this.count.extend(data as Extended, offset),
    [eventName.changed]: ({ data, offset }) => this.count.change(data as Changed, offset),
    [eventName.confirmed]: ({ data, offset }) => this.count.confirm(data as Confirmed, offset),
    [eventName.expired]: (entry) => this.count.expire(entry.data as Expired, entry),
    [eventName.released]: ({ data, offset }) => this.count.release(data as OfReservation, offset),
    [eventName.cancelled]: (entry) => this.count.cancel(entry.data as Cancelled, entry),
    [eventName.published]: ({ offset }) => this.life.publish(offset),
    [eventName.paused]: ({ offset }) => this.life.pause(offset),
    [eventName.resumed]: ({ offset }) => this.life.resume(offset),
    [eventName.rescheduled]: ({ data }) => this.life.reschedule(data as Rescheduled),
    [eventName.showCancelled]: ({ data, offset }) => this.life.cancel(data as ShowCancelled, this.count.live, offset),
    [eventName.withdrawn]: ({ data, offset }) => {
      this.places.withdraw(data as OfPlaces, offset)
      this.count.checkCapacity(offset)
    },
    [eventName.added]: ({ data, offset }) => this.places.add(data as OfPlaces, offset),
    [eventName.planChanged]: ({ data, offset }, planOf) => {
      const changed = data as PlanChanged
      this.places.changePlan(changed, planOf(changed.planHash), offset)
      this.count.checkCapacity(offset)
    },
  }

  private schedule(data: Scheduled, offset: number, planOf: PlanOf): void {
    if (this.scheduled) this.report('transition-wrong', offset, 'the show was scheduled a second time')
    this.life.schedule(data)
    this.prices.schedule(data)
    this.places.schedule(data, planOf(data.planHash), offset)
  }
}

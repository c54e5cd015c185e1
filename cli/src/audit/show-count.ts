import { type CountedReservation, placesHeld, type ReservationStatus, samePlaces } from './counted-reservation.js'
import type { DecodedEntry } from './log-entry.js'
import type { PlanFacts } from './plan-shelf.js'
import { PriceList } from './price-list.js'
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
import { ShowLife } from './show-life.js'
import { ShowPlaces } from './show-places.js'
import type { ReportAt } from './violation.js'

/** A clock that decides may be off by this against the broker's, ms (a decider further off doesn't serve). */
const clockToleranceMs = 1_000

/** A hold lasts so long at most, however it is extended, ms. */
const longestHoldMs = 3_600_000

/** What can happen to a show that is cancelled: what was live ends, or was about to. */
const followsCancel: ReadonlySet<string> = new Set([eventName.cancelled])

/**
 * Recounts one show. It keeps going after a violation as if the event were right, so that one mistake of the log is
 * reported once and not by every event after it.
 */
export class ShowCount {
  readonly reservations = new Map<string, CountedReservation>()
  readonly seatOwner = new Map<string, string>()
  readonly areaTaken = new Map<string, number>()
  readonly places: ShowPlaces
  readonly life: ShowLife
  held = 0
  sold = 0
  /** Reservations that are held or confirmed. */
  live = 0
  private readonly prices: PriceList
  private readonly customerPlaces = new Map<string, number>()

  constructor(private readonly report: ReportAt) {
    this.places = new ShowPlaces(this, report)
    this.life = new ShowLife(report)
    this.prices = new PriceList(report)
  }

  get capacity(): number {
    return this.places.capacity
  }

  get scheduled(): Scheduled | null {
    return this.life.terms
  }

  apply(entry: DecodedEntry, planOf: (hash: string) => PlanFacts | null): void {
    const { name, data, offset } = entry
    if (!this.scheduled && name !== eventName.scheduled)
      this.report('transition-wrong', offset, 'an event of a show that was never scheduled')
    if (this.life.cancelled && !followsCancel.has(name))
      this.report('show-cancel-wrong', offset, `${name} after the show was cancelled`)
    switch (name) {
      case eventName.scheduled:
        this.schedule(data as Scheduled, offset, planOf)
        break
      case eventName.held:
        this.hold(data as Held, offset)
        break
      case eventName.extended:
        this.extend(data as Extended, offset)
        break
      case eventName.changed:
        this.change(data as Changed, offset)
        break
      case eventName.confirmed:
        this.confirm(data as Confirmed, offset)
        break
      case eventName.expired:
        this.expire(data as Expired, entry)
        break
      case eventName.released:
        this.end(data as OfReservation, offset, 'released', ['held'])
        break
      case eventName.cancelled:
        this.cancel(data as Cancelled, entry)
        break
      case eventName.published:
        this.life.publish(offset)
        break
      case eventName.paused:
        this.life.pause(offset)
        break
      case eventName.resumed:
        this.life.resume(offset)
        break
      case eventName.rescheduled:
        this.life.reschedule(data as Rescheduled)
        break
      case eventName.showCancelled:
        this.life.cancel(data as ShowCancelled, this.live, offset)
        break
      case eventName.withdrawn:
        this.places.withdraw(data as OfPlaces, offset)
        this.checkCapacity(offset)
        break
      case eventName.added:
        this.places.add(data as OfPlaces, offset)
        break
      case eventName.planChanged:
        this.places.changePlan(data as PlanChanged, planOf((data as PlanChanged).planHash), offset)
        this.checkCapacity(offset)
        break
    }
  }

  /** To be called when the log has been read. @param readAt UTC ms */
  finish(readAt: number): void {
    this.life.finish(this.live, readAt)
  }

  private schedule(data: Scheduled, offset: number, planOf: (hash: string) => PlanFacts | null): void {
    if (this.scheduled) this.report('transition-wrong', offset, 'the show was scheduled a second time')
    this.life.schedule(data)
    this.prices.schedule(data)
    this.places.schedule(data, planOf(data.planHash), offset)
  }

  private hold(data: Held, offset: number): void {
    const { reservationId, customerId } = data
    if (this.reservations.has(reservationId))
      this.report('transition-wrong', offset, `reservation ${reservationId} was held a second time`)
    this.places.checkHeld(data, offset)
    this.prices.check(data, offset)
    this.life.checkHeld(data.heldAt, offset)
    const holdMs = this.scheduled?.holdMs
    if (holdMs !== undefined && data.expiresAt - data.heldAt !== holdMs)
      this.report('expired-early', offset, `held for ${data.expiresAt - data.heldAt} ms, the show says ${holdMs}`)
    const reservation: CountedReservation = {
      customerId,
      ...placesHeld(data),
      heldAt: data.heldAt,
      expiresAt: data.expiresAt,
      extended: false,
      status: 'held',
    }
    this.reservations.set(reservationId, reservation)
    this.live += 1
    this.take(reservationId, reservation, offset)
  }

  private extend(data: Extended, offset: number): void {
    const reservation = this.ofSamePlaces(data, offset)
    if (!reservation) return
    const wrong = (detail: string) => this.report('extension-wrong', offset, `${data.reservationId} ${detail}`)
    const { expiresAt, heldAt, status, extended } = reservation
    if (extended) wrong('is extended a second time')
    if (status !== 'held' || data.extendedAt >= expiresAt) wrong(`was ${status} until ${expiresAt} and is extended`)
    const holdMs = this.scheduled?.holdMs ?? 0
    const most = Math.min(expiresAt + holdMs, heldAt + longestHoldMs, this.scheduled?.salesUntil ?? Number.MAX_VALUE)
    if (data.expiresAt <= expiresAt || data.expiresAt > most)
      wrong(`lasted until ${expiresAt}, lasts until ${data.expiresAt}, may until ${most}`)
    reservation.extended = true
    reservation.expiresAt = data.expiresAt
  }

  private change(data: Changed, offset: number): void {
    const { reservationId, releasedSeats, releasedAreas, changedAt } = data
    const reservation = this.reservations.get(reservationId)
    if (!reservation) {
      this.report('transition-wrong', offset, `reservation ${reservationId} was never held`)
      return
    }
    const wrong = (detail: string) => this.report('change-torn', offset, `${reservationId} ${detail}`)
    if (!samePlaces(reservation, { ...data, seats: releasedSeats, areas: releasedAreas }))
      wrong('does not give back the places that it had')
    if (data.expiresAt !== reservation.expiresAt) wrong(`lasted until ${reservation.expiresAt}, now ${data.expiresAt}`)
    if (reservation.status !== 'held' || changedAt >= reservation.expiresAt)
      wrong(`was ${reservation.status} until ${reservation.expiresAt} and is changed at ${changedAt}`)
    this.life.checkHeld(changedAt, offset)
    this.places.checkHeld(data, offset)
    this.prices.check(data, offset)
    this.giveBack(reservationId, reservation)
    Object.assign(reservation, placesHeld(data))
    this.take(reservationId, reservation, offset)
  }

  private take(reservationId: string, reservation: CountedReservation, offset: number): void {
    this.held += reservation.places
    for (const seat of reservation.seats) {
      const owner = this.seatOwner.get(seat)
      if (owner) this.report('seat-two-owners', offset, `seat ${seat} is ${owner}'s and was given to ${reservationId}`)
      else this.seatOwner.set(seat, reservationId)
    }
    for (const [area, quantity] of reservation.areas) {
      const taken = (this.areaTaken.get(area) ?? 0) + quantity
      this.areaTaken.set(area, taken)
      const most = this.places.areaCapacity.get(area)
      if (most !== undefined && taken > most)
        this.report('oversold', offset, `area ${area}: ${taken} places taken of ${most}`)
    }
    this.checkCapacity(offset)
    const has = (this.customerPlaces.get(reservation.customerId) ?? 0) + reservation.places
    this.customerPlaces.set(reservation.customerId, has)
    if (this.scheduled && has > this.scheduled.perCustomerLimit)
      this.report(
        'customer-limit',
        offset,
        `customer ${reservation.customerId} has ${has} places, the limit is ${this.scheduled.perCustomerLimit}`,
      )
  }

  private checkCapacity(offset: number): void {
    if (this.scheduled && this.held + this.sold > this.capacity)
      this.report('oversold', offset, `${this.held} held + ${this.sold} sold > capacity ${this.capacity}`)
  }

  private confirm(data: Confirmed, offset: number): void {
    const reservation = this.ofSamePlaces(data, offset)
    if (!reservation) return
    if (reservation.status !== 'held')
      this.report(
        reservation.status === 'confirmed' ? 'transition-wrong' : 'confirmed-after-end',
        offset,
        `reservation ${data.reservationId} was ${reservation.status} and is confirmed`,
      )
    else if (data.confirmedAt >= reservation.expiresAt)
      this.report(
        'confirmed-after-end',
        offset,
        `reservation ${data.reservationId} is confirmed at ${data.confirmedAt}, its hold ended at ${reservation.expiresAt}`,
      )
    if (data.totalMinor !== reservation.totalMinor || data.currency !== reservation.currency)
      this.report(
        'total-wrong',
        offset,
        `held for ${reservation.totalMinor} ${reservation.currency}, confirmed for ${data.totalMinor} ${data.currency}`,
      )
    const was = reservation.status
    reservation.status = 'confirmed'
    if (was === 'confirmed') return
    if (was !== 'held') {
      this.live += 1
      this.take(data.reservationId, reservation, offset)
    }
    this.held -= reservation.places
    this.sold += reservation.places
  }

  private expire(data: Expired, entry: DecodedEntry): void {
    const expiresAt = this.reservations.get(data.reservationId)?.expiresAt
    if (expiresAt !== undefined && data.expiredAt < expiresAt)
      this.report('expired-early', entry.offset, `expired at ${data.expiredAt}, held until ${expiresAt}`)
    else if (expiresAt !== undefined && entry.appendedAt + clockToleranceMs < expiresAt)
      this.report('expired-early', entry.offset, `appended at ${entry.appendedAt}, held until ${expiresAt}`)
    this.end(data, entry.offset, 'expired', ['held'])
  }

  private cancel(data: Cancelled, { offset, headers }: DecodedEntry): void {
    if (headers['command-offset'] === undefined && !this.life.cancelled)
      this.report('show-cancel-wrong', offset, `${data.reservationId} is cancelled with its show, which is not`)
    const was = this.reservations.get(data.reservationId)?.status
    if (was && data.wasConfirmed !== (was === 'confirmed'))
      this.report('transition-wrong', offset, `wasConfirmed is ${data.wasConfirmed}, the reservation was ${was}`)
    this.end(data, offset, 'cancelled', ['held', 'confirmed'])
  }

  private end(data: OfReservation, offset: number, status: ReservationStatus, from: ReservationStatus[]): void {
    const reservation = this.ofSamePlaces(data, offset)
    if (!reservation) return
    const was = reservation.status
    if (!from.includes(was))
      this.report('transition-wrong', offset, `reservation ${data.reservationId} was ${was} and is ${status}`)
    reservation.status = status
    if (was !== 'held' && was !== 'confirmed') return
    this.live -= 1
    if (was === 'held') this.held -= reservation.places
    else this.sold -= reservation.places
    this.free(data.reservationId, reservation)
  }

  /** What a hold that goes on no longer has. */
  private giveBack(reservationId: string, reservation: CountedReservation): void {
    this.held -= reservation.places
    this.free(reservationId, reservation)
  }

  private free(reservationId: string, { seats, areas, customerId, places }: CountedReservation): void {
    for (const seat of seats) if (this.seatOwner.get(seat) === reservationId) this.seatOwner.delete(seat)
    for (const [area, quantity] of areas) this.areaTaken.set(area, (this.areaTaken.get(area) ?? 0) - quantity)
    this.customerPlaces.set(customerId, (this.customerPlaces.get(customerId) ?? 0) - places)
  }

  private ofSamePlaces(data: OfReservation, offset: number): CountedReservation | null {
    const reservation = this.reservations.get(data.reservationId)
    if (!reservation) {
      this.report('transition-wrong', offset, `reservation ${data.reservationId} was never held`)
      return null
    }
    if (!samePlaces(reservation, data))
      this.report(
        'transition-wrong',
        offset,
        `reservation ${data.reservationId}: not the customer or the places that it was held with`,
      )
    return reservation
  }
}

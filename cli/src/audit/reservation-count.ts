import { type CountedReservation, placesHeld, type ReservationStatus, samePlaces } from './counted-reservation.js'
import type { DecodedEntry } from './log-entry.js'
import type { PriceList } from './price-list.js'
import type { Cancelled, Changed, Confirmed, Expired, Extended, Held, OfReservation, Scheduled } from './show-events.js'
import type { ShowLife } from './show-life.js'
import type { ShowPlaces } from './show-places.js'
import type { ReportAt } from './violation.js'

/** A clock that decides may be off by this against the broker's, ms (a decider further off doesn't serve). */
const clockToleranceMs = 1_000

/** A hold lasts so long at most, however it is extended, ms. */
const longestHoldMs = 3_600_000

/** The show whose reservations are counted. */
interface Show {
  readonly scheduled: Scheduled | null
  readonly capacity: number
  readonly places: ShowPlaces
  readonly prices: PriceList
  readonly life: ShowLife
}

/** Recounts the reservations of one show: who has which places, from the hold to the end. */
export class ReservationCount {
  readonly reservations = new Map<string, CountedReservation>()
  readonly seatOwner = new Map<string, string>()
  readonly areaTaken = new Map<string, number>()
  held = 0
  sold = 0
  /** Reservations that are held or confirmed. */
  live = 0
  private readonly customerPlaces = new Map<string, number>()

  constructor(
    private readonly show: Show,
    private readonly report: ReportAt,
  ) {}

  hold(data: Held, offset: number): void {
    const { reservationId, customerId } = data
    if (this.reservations.has(reservationId))
      this.report('transition-wrong', offset, `reservation ${reservationId} was held a second time`)
    this.show.places.checkHeld(data, offset)
    this.show.prices.check(data, offset)
    this.show.life.checkHeld(data.heldAt, offset)
    const holdMs = this.show.scheduled?.holdMs
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

  extend(data: Extended, offset: number): void {
    const reservation = this.ofSamePlaces(data, offset)
    if (!reservation) return
    const wrong = (detail: string) => this.report('extension-wrong', offset, `${data.reservationId} ${detail}`)
    const { expiresAt, heldAt, status, extended } = reservation
    if (extended) wrong('is extended a second time')
    if (status !== 'held' || data.extendedAt >= expiresAt) wrong(`was ${status} until ${expiresAt} and is extended`)
    const holdMs = this.show.scheduled?.holdMs ?? 0
    const most = Math.min(
      expiresAt + holdMs,
      heldAt + longestHoldMs,
      this.show.scheduled?.salesUntil ?? Number.MAX_VALUE,
    )
    if (data.expiresAt <= expiresAt || data.expiresAt > most)
      wrong(`lasted until ${expiresAt}, lasts until ${data.expiresAt}, may until ${most}`)
    reservation.extended = true
    reservation.expiresAt = data.expiresAt
  }

  change(data: Changed, offset: number): void {
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
    this.show.life.checkHeld(changedAt, offset)
    this.show.places.checkHeld(data, offset)
    this.show.prices.check(data, offset)
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
      const most = this.show.places.areaCapacity.get(area)
      if (most !== undefined && taken > most)
        this.report('oversold', offset, `area ${area}: ${taken} places taken of ${most}`)
    }
    this.checkCapacity(offset)
    const has = (this.customerPlaces.get(reservation.customerId) ?? 0) + reservation.places
    this.customerPlaces.set(reservation.customerId, has)
    if (this.show.scheduled && has > this.show.scheduled.perCustomerLimit)
      this.report(
        'customer-limit',
        offset,
        `customer ${reservation.customerId} has ${has} places, the limit is ${this.show.scheduled.perCustomerLimit}`,
      )
  }

  checkCapacity(offset: number): void {
    if (this.show.scheduled && this.held + this.sold > this.show.capacity)
      this.report('oversold', offset, `${this.held} held + ${this.sold} sold > capacity ${this.show.capacity}`)
  }

  confirm(data: Confirmed, offset: number): void {
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

  expire(data: Expired, entry: DecodedEntry): void {
    const expiresAt = this.reservations.get(data.reservationId)?.expiresAt
    if (expiresAt !== undefined && data.expiredAt < expiresAt)
      this.report('expired-early', entry.offset, `expired at ${data.expiredAt}, held until ${expiresAt}`)
    else if (expiresAt !== undefined && entry.appendedAt + clockToleranceMs < expiresAt)
      this.report('expired-early', entry.offset, `appended at ${entry.appendedAt}, held until ${expiresAt}`)
    this.end(data, entry.offset, 'expired', ['held'])
  }

  cancel(data: Cancelled, { offset, headers }: DecodedEntry): void {
    if (headers['command-offset'] === undefined && !this.show.life.cancelled)
      this.report('show-cancel-wrong', offset, `${data.reservationId} is cancelled with its show, which is not`)
    const was = this.reservations.get(data.reservationId)?.status
    if (was && data.wasConfirmed !== (was === 'confirmed'))
      this.report('transition-wrong', offset, `wasConfirmed is ${data.wasConfirmed}, the reservation was ${was}`)
    this.end(data, offset, 'cancelled', ['held', 'confirmed'])
  }

  release(data: OfReservation, offset: number): void {
    this.end(data, offset, 'released', ['held'])
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

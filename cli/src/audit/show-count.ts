import type { DecodedEntry } from './log-entry.js'
import type { PlanFacts } from './plan-shelf.js'
import {
  type Cancelled,
  type Confirmed,
  type Expired,
  eventName,
  type Held,
  type OfReservation,
  type Scheduled,
} from './show-events.js'
import type { Invariant } from './violation.js'

/** A clock that decides may be off by this against the broker's, ms (a decider further off doesn't serve). */
const clockToleranceMs = 1_000

export type ReservationStatus = 'held' | 'confirmed' | 'released' | 'expired' | 'cancelled'

export interface CountedReservation {
  customerId: string
  seats: string[]
  areas: Map<string, number>
  places: number
  currency: string
  totalMinor: number
  expiresAt: number
  status: ReservationStatus
}

/**
 * Recounts one show. It keeps going after a violation as if the event were right, so that one mistake of the log is
 * reported once and not by every event after it.
 */
export class ShowCount {
  readonly reservations = new Map<string, CountedReservation>()
  readonly seatOwner = new Map<string, string>()
  readonly areaTaken = new Map<string, number>()
  held = 0
  sold = 0
  scheduled: Scheduled | null = null
  private plan: PlanFacts | null = null
  private readonly prices = new Map<string, number>()
  private readonly customerPlaces = new Map<string, number>()

  constructor(private readonly report: (invariant: Invariant, offset: number, detail: string) => void) {}

  get capacity(): number {
    return this.plan?.capacity ?? this.scheduled?.capacity ?? 0
  }

  get seatIds(): Iterable<string> {
    return this.plan?.seats.keys() ?? []
  }

  get areaIds(): Iterable<string> {
    return this.plan?.areas.keys() ?? []
  }

  apply(entry: DecodedEntry, planOf: (hash: string) => PlanFacts | null): void {
    const { name, data, offset } = entry
    if (!this.scheduled && name !== eventName.scheduled)
      this.report('transition-wrong', offset, 'an event of a show that was never scheduled')
    if (name === eventName.scheduled) this.schedule(data as Scheduled, offset, planOf)
    else if (name === eventName.held) this.hold(data as Held, offset)
    else if (name === eventName.confirmed) this.confirm(data as Confirmed, offset)
    else if (name === eventName.expired) this.expire(data as Expired, entry)
    else if (name === eventName.released) this.end(data as OfReservation, offset, 'released', ['held'])
    else if (name === eventName.cancelled) this.cancel(data as Cancelled, offset)
  }

  private schedule(data: Scheduled, offset: number, planOf: (hash: string) => PlanFacts | null): void {
    if (this.scheduled) this.report('transition-wrong', offset, 'the show was scheduled a second time')
    this.scheduled = data
    this.plan = planOf(data.planHash)
    for (const { category, priceMinor } of data.prices) this.prices.set(category, priceMinor)
    if (!this.plan) this.report('plan-wrong', offset, `plan ${data.planHash} is not in the log`)
    else if (this.plan.capacity !== data.capacity)
      this.report('plan-wrong', offset, `capacity ${data.capacity}, but the plan has ${this.plan.capacity} places`)
  }

  private hold(data: Held, offset: number): void {
    const { reservationId, customerId } = data
    if (this.reservations.has(reservationId))
      this.report('transition-wrong', offset, `reservation ${reservationId} was held a second time`)
    this.checkPlaces(data, offset)
    this.checkPrices(data, offset)
    this.checkTimes(data, offset)
    const areas = summed(data.areas)
    const places = data.seats.length + [...areas.values()].reduce((sum, n) => sum + n, 0)
    const reservation: CountedReservation = {
      customerId,
      seats: data.seats.map(({ seat }) => seat),
      areas,
      places,
      currency: data.currency,
      totalMinor: data.totalMinor,
      expiresAt: data.expiresAt,
      status: 'held',
    }
    this.reservations.set(reservationId, reservation)
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
      const most = this.plan?.areas.get(area)?.capacity
      if (most !== undefined && taken > most)
        this.report('oversold', offset, `area ${area}: ${taken} places taken of ${most}`)
    }
    if (this.scheduled && this.held + this.sold > this.capacity)
      this.report('oversold', offset, `${this.held} held + ${this.sold} sold > capacity ${this.capacity}`)
    const has = (this.customerPlaces.get(reservation.customerId) ?? 0) + reservation.places
    this.customerPlaces.set(reservation.customerId, has)
    if (this.scheduled && has > this.scheduled.perCustomerLimit)
      this.report(
        'customer-limit',
        offset,
        `customer ${reservation.customerId} has ${has} places, the limit is ${this.scheduled.perCustomerLimit}`,
      )
  }

  private checkPlaces(data: Held, offset: number): void {
    if (data.seats.length + data.areas.length === 0 || data.areas.some(({ quantity }) => quantity < 1))
      this.report('transition-wrong', offset, `reservation ${data.reservationId} holds nothing, or less than one place`)
    if (!this.plan) return
    for (const { seat, category } of data.seats) {
      const known = this.plan.seats.get(seat)
      if (known === undefined) this.report('unknown-seat', offset, `seat ${seat} is not in the plan`)
      else if (known !== category)
        this.report('total-wrong', offset, `seat ${seat} is of category ${known}, sold as ${category}`)
    }
    for (const { area, category } of data.areas) {
      const known = this.plan.areas.get(area)
      if (known === undefined) this.report('unknown-seat', offset, `area ${area} is not in the plan`)
      else if (known.category !== category)
        this.report('total-wrong', offset, `area ${area} is of category ${known.category}, sold as ${category}`)
    }
  }

  private checkPrices(data: Held, offset: number): void {
    let total = 0
    for (const { category, priceMinor, quantity } of [
      ...data.seats.map((seat) => ({ ...seat, quantity: 1 })),
      ...data.areas,
    ]) {
      total += priceMinor * quantity
      const price = this.prices.get(category)
      if (this.scheduled && price !== priceMinor)
        this.report('total-wrong', offset, `a place of category ${category} costs ${price}, was held for ${priceMinor}`)
    }
    if (total !== data.totalMinor)
      this.report('total-wrong', offset, `the prices add up to ${total}, the total says ${data.totalMinor}`)
    if (this.scheduled && data.currency !== this.scheduled.currency)
      this.report('total-wrong', offset, `held in ${data.currency}, the show sells in ${this.scheduled.currency}`)
  }

  private checkTimes(data: Held, offset: number): void {
    if (!this.scheduled) return
    const { salesFrom, salesUntil, holdMs } = this.scheduled
    if (data.heldAt < salesFrom || data.heldAt >= salesUntil)
      this.report('outside-sales', offset, `held at ${data.heldAt}, sales are from ${salesFrom} until ${salesUntil}`)
    if (data.expiresAt - data.heldAt !== holdMs)
      this.report('expired-early', offset, `held for ${data.expiresAt - data.heldAt} ms, the show says ${holdMs}`)
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
    if (was !== 'held') this.take(data.reservationId, reservation, offset)
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

  private cancel(data: Cancelled, offset: number): void {
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
    if (was === 'held') this.held -= reservation.places
    else this.sold -= reservation.places
    for (const seat of reservation.seats)
      if (this.seatOwner.get(seat) === data.reservationId) this.seatOwner.delete(seat)
    for (const [area, quantity] of reservation.areas)
      this.areaTaken.set(area, (this.areaTaken.get(area) ?? 0) - quantity)
    const { customerId } = reservation
    this.customerPlaces.set(customerId, (this.customerPlaces.get(customerId) ?? 0) - reservation.places)
  }

  private ofSamePlaces(data: OfReservation, offset: number): CountedReservation | null {
    const reservation = this.reservations.get(data.reservationId)
    if (!reservation) {
      this.report('transition-wrong', offset, `reservation ${data.reservationId} was never held`)
      return null
    }
    const areas = [...summed(data.areas)].sort()
    const heldAreas = [...reservation.areas].sort()
    const same =
      data.customerId === reservation.customerId &&
      [...data.seats].sort().join('\n') === [...reservation.seats].sort().join('\n') &&
      areas.join('\n') === heldAreas.join('\n')
    if (!same)
      this.report(
        'transition-wrong',
        offset,
        `reservation ${data.reservationId}: not the customer or the places that it was held with`,
      )
    return reservation
  }
}

function summed(areas: { area: string; quantity: number }[]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { area, quantity } of areas) sums.set(area, (sums.get(area) ?? 0) + quantity)
  return sums
}

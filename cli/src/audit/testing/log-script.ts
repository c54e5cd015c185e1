import { createHash } from 'node:crypto'
import { JournalScript, startOfSales } from './journal-script.js'
import { littlePlan } from './little-plans.js'

const timeOf = {
  ShowPublished: 'publishedAt',
  SalesPaused: 'pausedAt',
  SalesResumed: 'resumedAt',
  ShowRescheduled: 'rescheduledAt',
  PlacesWithdrawn: 'withdrawnAt',
  PlacesAdded: 'addedAt',
  PlanChanged: 'changedAt',
  ShowCancelled: 'cancelledAt',
  AdmissionRequired: 'requiredAt',
  AdmissionLifted: 'liftedAt',
} as const
type ShowLifeEvent = keyof typeof timeOf

export const holdMs = 60_000

/** Of the little plan: limit 4, holds of a minute. Writes a journal of one show, and the commands that it answers, as a decider would; each method can be made to lie. */
export class LogScript extends JournalScript {
  constructor(partition: number) {
    super(partition, { prefix: 'onsale.reservation.', commandType: 'HoldSeats' })
  }

  reservation(name: string): string {
    return `${this.showId}.${createHash('sha256')
      .update(name)
      .digest('hex')
      .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')}`
  }

  schedule(lie: object = {}): this {
    return this.answer('onsale.reservation.events.ShowScheduled', {
      showId: this.showId,
      planHash: littlePlan.planHash,
      title: 'A show',
      currency: 'EUR',
      prices: [
        { category: 'seat', priceMinor: 1000 },
        { category: 'floor', priceMinor: 500 },
      ],
      perCustomerLimit: 4,
      holdMs,
      salesFrom: startOfSales,
      salesUntil: startOfSales + 3_600_000,
      startsAt: startOfSales + 7_200_000,
      capacity: 7,
      published: true,
      scheduledAt: this.now,
      ...lie,
    })
  }

  hold(name: string, customerId: string, seats: string[], floor = 0, lie: object = {}, headers = {}): this {
    return this.answer(
      'onsale.reservation.events.SeatsHeld',
      {
        ...this.of(name, customerId),
        seats: seats.map((seat) => ({ seat, category: 'seat', priceMinor: 1000 })),
        areas: floor > 0 ? [{ area: 'floor', quantity: floor, category: 'floor', priceMinor: 500 }] : [],
        currency: 'EUR',
        totalMinor: seats.length * 1000 + floor * 500,
        heldAt: this.now,
        expiresAt: this.now + holdMs,
        ...lie,
      },
      headers,
    )
  }

  confirm(name: string, customerId: string, seats: string[], floor = 0, lie: object = {}): this {
    return this.answer('onsale.reservation.events.ReservationConfirmed', {
      ...this.ended(name, customerId, seats, floor),
      confirmedBy: 'box-office',
      currency: 'EUR',
      totalMinor: seats.length * 1000 + floor * 500,
      confirmedAt: this.now,
      ...lie,
    })
  }

  release(name: string, customerId: string, seats: string[], floor = 0): this {
    return this.answer('onsale.reservation.events.HoldReleased', {
      ...this.ended(name, customerId, seats, floor),
      releasedAt: this.now,
    })
  }

  cancel(name: string, customerId: string, seats: string[], wasConfirmed: boolean, floor = 0): this {
    return this.answer('onsale.reservation.events.ReservationCancelled', {
      ...this.ended(name, customerId, seats, floor),
      wasConfirmed,
      reason: 'changed-mind',
      cancelledAt: this.now,
    })
  }

  expire(name: string, customerId: string, seats: string[], floor = 0): this {
    return this.write('onsale.reservation.events.HoldExpired', {
      ...this.ended(name, customerId, seats, floor),
      expiredAt: this.now,
    })
  }

  /** The show's own events. Each says what `data` says of it. */
  show(type: ShowLifeEvent, data: object = {}): this {
    return this.answer(`onsale.reservation.events.${type}`, { showId: this.showId, [timeOf[type]]: this.now, ...data })
  }

  extend(name: string, customerId: string, seats: string[], expiresAt: number): this {
    return this.answer('onsale.reservation.events.HoldExtended', {
      ...this.ended(name, customerId, seats, 0),
      expiresAt,
      extendedAt: this.now,
    })
  }

  change(name: string, customerId: string, from: string[], to: string[], lie: object = {}): this {
    return this.answer('onsale.reservation.events.SeatsChanged', {
      ...this.of(name, customerId),
      releasedSeats: from,
      releasedAreas: [],
      seats: to.map((seat) => ({ seat, category: 'seat', priceMinor: 1000 })),
      areas: [],
      currency: 'EUR',
      totalMinor: to.length * 1000,
      expiresAt: startOfSales + holdMs,
      notes: [],
      changedAt: this.now,
      ...lie,
    })
  }

  /** What became of a reservation of a show that was cancelled: nobody asked for it. */
  callOff(name: string, customerId: string, seats: string[], wasConfirmed = false): this {
    return this.write('onsale.reservation.events.ReservationCancelled', {
      ...this.ended(name, customerId, seats, 0),
      wasConfirmed,
      reason: 'show-cancelled',
      cancelledAt: this.now,
    })
  }

  private of(name: string, customerId: string) {
    return { showId: this.showId, reservationId: this.reservation(name), customerId }
  }

  private ended(name: string, customerId: string, seats: string[], floor: number) {
    return {
      ...this.of(name, customerId),
      seats,
      areas: floor > 0 ? [{ area: 'floor', quantity: floor }] : [],
    }
  }
}
